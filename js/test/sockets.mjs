// Websockets under the test's hand: nothing happens until the test says so.

/** Makes a WebSocket class whose instances are listed in order in `opened`. */
export const fakeSockets = () => {
  const opened = [];
  class FakeSocket {
    static onOpen;
    readyState = 0;
    sent = [];
    closedWith;

    constructor(url, protocols) {
      this.url = url;
      this.protocols = protocols;
      opened.push(this);
      FakeSocket.onOpen?.(this);
    }
    send(text) {
      if (this.readyState === 0) throw new Error('InvalidStateError');
      if (this.readyState === 1) this.sent.push(JSON.parse(text));
    }
    close(code) {
      this.readyState = 3;
      this.closedWith = code;
    }
    // What the test does to the page's end.
    open() {
      this.readyState = 1;
      this.onopen?.({ type: 'open' });
      return this;
    }
    frame(frame) {
      this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
      return this;
    }
    welcome(fields = {}) {
      if (this.readyState === 0) this.open();
      return this.frame({ type: 'welcome', ack: 0, resume: 'r1', ping: 25000, epoch: 'e1', ...fields });
    }
    drop(code = 1006) {
      this.readyState = 3;
      this.onclose?.({ code, reason: '' });
    }
    fail() {
      this.readyState = 3;
      this.onerror?.({ type: 'error' });
    }
    events() {
      return this.sent.filter(({ type }) => type === 'event');
    }
    hello() {
      return this.sent.find(({ type }) => type === 'hello');
    }
  }
  return { opened, WebSocket: FakeSocket, last: () => opened[opened.length - 1] };
};
