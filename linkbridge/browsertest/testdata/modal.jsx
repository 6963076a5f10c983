// A host's page in React with the real modal package.
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import PinwheelModal from '@pinwheel/react-modal';

const { strict, callbacks, url, ticket } = JSON.parse(document.querySelector('meta[name=options]').content);

window.bridges = new Set();
const host = window.makeHost(callbacks);

const App = () => {
  const [bridge] = useState(() => window.LinkBridge.create({ url, ticket }));
  window.bridges.add(bridge);
  const [, setCount] = useState(0);
  window.rerender = () => setCount((count) => count + 1);
  return <PinwheelModal {...bridge.pinwheel({ ...host })} open={true} _srcUrl="/stub.js" />;
};

const root = createRoot(document.getElementById('root'));
root.render(strict ? <StrictMode><App /></StrictMode> : <App />);
window.unmount = () => root.unmount();

/** Resolves when the modal has called Pinwheel.open that many times. */
window.openedTimes = (n) =>
  new Promise((resolve) => {
    const look = () => (window.opened?.length >= n ? resolve() : requestAnimationFrame(look));
    look();
  });
