// A page that tracks numbered events, and lets the test wait for states of its bridge.
(() => {
  const { tickets, ...options } = JSON.parse(document.querySelector('meta[name=options]').content);
  const waiting = [];
  window.states = [];
  window.bridge = LinkBridge.create({
    ...options,
    ...(tickets && { token: () => fetch(tickets, { method: 'POST' }).then((res) => res.text()) }),
    onState(state, code) {
      states.push([state, code]);
      waiting.forEach((look) => look());
    },
  });

  /** Resolves to the number of changes so far when the bridge has been in that state since the nth of them. */
  window.reached = (state, since = 0) =>
    new Promise((resolve) => {
      const look = () => states.slice(since).some(([name]) => name === state) && resolve(states.length);
      waiting.push(look);
      look();
    });

  /** Tracks events that carry the numbers from one to another. */
  window.walk = (from, to) => {
    for (let i = from; i <= to; i++) bridge.track('pinwheel', 'screen_transition', { screenName: 'S', i });
  };

  /** Lets the clock jump, as it does on a machine that slept. */
  window.oversleep = (ms) => {
    const now = Date.now;
    Date.now = () => now() + ms;
  };

  /** Makes the page one that its user does not look at, or one that is looked at again. */
  window.hide = (hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  };

  /**
   * Resolves when the page is shown: to the number of changes before it came back from the back/forward cache, to 0 when
   * it did not come from there.
   */
  const awaitShow = () => {
    window.shown = new Promise((resolve) =>
      addEventListener('pageshow', ({ persisted }) => resolve(persisted ? states.length : 0), { once: true }),
    );
  };
  awaitShow();
  addEventListener('pagehide', awaitShow);
})();
