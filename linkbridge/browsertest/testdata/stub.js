// Stands in for Pinwheel's script: open keeps the options, emit calls back as the real one does, onEvent first and then
// the callback that repeats it.
(() => {
  const repeats = {
    login_attempt: 'onLoginAttempt',
    login: 'onLogin',
    success: 'onSuccess',
    error: 'onError',
    exit: 'onExit',
  };
  window.opened = window.opened || [];
  window.closed = window.closed || 0;
  window.Pinwheel = {
    open: async (options) => void window.opened.push(options),
    close: () => void window.closed++,
    emit(name, payload) {
      const options = window.opened.at(-1);
      const outcomes = [];
      for (const [callback, args] of [['onEvent', [name, payload]], [repeats[name], [payload]]]) {
        if (typeof options[callback] !== 'function') continue;
        const outcome = { callback, args, options };
        try {
          outcome.returned = options[callback](...args);
        } catch (error) {
          outcome.threw = error;
        }
        outcomes.push(outcome);
      }
      return outcomes;
    },
  };
})();
