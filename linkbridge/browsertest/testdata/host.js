// A host's callbacks that write down how they were called, and the comparison with what the host would have had without
// the bridge.
(() => {
  window.heard = [];
  window.complaints = [];
  addEventListener('error', ({ message }) => window.complaints.push(message));
  addEventListener('unhandledrejection', ({ reason }) => window.complaints.push(String(reason)));

  /** The options of a host that sets these callbacks; one of them throws. */
  window.makeHost = (callbacks) => {
    const host = { linkToken: 'a-link-token' };
    for (const name of callbacks) {
      host[name] = function (...args) {
        const call = { callback: name, args, self: this, returned: { of: name } };
        window.heard.push(call);
        if (name === 'onLoginAttempt') throw (call.threw = new Error("the host's own"));
        return call.returned;
      };
    }
    return host;
  };

  /** Plays events through what Pinwheel.open was given last and returns, in words, all that the host would notice. */
  window.play = (events, callbacks) => {
    const wrong = [];
    for (const [name, payload] of events) {
      const before = window.heard.length;
      const outcomes = window.Pinwheel.emit(name, payload);
      const calls = window.heard.slice(before);
      const asked = outcomes.filter(({ callback }) => callbacks.includes(callback));
      if (calls.length !== asked.length) wrong.push(`${name}: ${calls.length} calls for ${asked.length}`);
      asked.forEach((outcome, i) => {
        const call = calls[i] || {};
        if (call.callback !== outcome.callback) wrong.push(`${name}: ${call.callback} for ${outcome.callback}`);
        if (call.self !== outcome.options) wrong.push(`${name}: another this`);
        if (call.args?.length !== outcome.args.length) wrong.push(`${name}: another number of arguments`);
        if (!outcome.args.every((arg, n) => Object.is(arg, call.args?.[n]))) wrong.push(`${name}: other arguments`);
        if (call.threw !== outcome.threw) wrong.push(`${name}: another exception`);
        if (!call.threw && call.returned !== outcome.returned) wrong.push(`${name}: another return value`);
      });
      for (const { callback, threw, returned } of outcomes) {
        if (callbacks.includes(callback)) continue;
        if (threw || returned !== undefined) wrong.push(`${name}: an added callback that is noticed`);
      }
    }
    return wrong;
  };
})();
