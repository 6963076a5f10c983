// Listens to what the bridge sends and hears, so that the test can wait for the acknowledgement of all that was sent.
(() => {
  let sent = 0;
  let acked = 0;
  let waiting = [];
  const look = () => {
    if (acked < sent) return;
    waiting.forEach((resolve) => resolve());
    waiting = [];
  };
  const says = ({ seq, type, events = [] }) => {
    for (const event of type === 'event' ? [{ seq }] : events) sent = Math.max(sent, event.seq);
  };
  const hears = ({ ack = 0 }) => {
    acked = Math.max(acked, ack);
    look();
  };

  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => hears(JSON.parse(data)));
    }
    send(data) {
      says(JSON.parse(data));
      super.send(data);
    }
  };
  const { fetch } = window;
  window.fetch = async (url, init) => {
    says(JSON.parse(init.body));
    const res = await fetch(url, init);
    res.clone().json().then(hears, () => {});
    return res;
  };

  /** Resolves when the bridge holds nothing any more that it has sent. */
  window.settled = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      look();
    });
})();
