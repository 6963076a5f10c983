// Measures what a wrapped callback costs, in microseconds.
window.measure = async (events) => {
  let called = 0;
  const host = { onEvent: () => void called++ };
  const wrapped = bridge.pinwheel(host);
  const payload = {
    screenName: 'LOGIN',
    selectedEmployerId: '5a8cfb92-3373-4e65-b41b-54e821e79671',
    selectedEmployerName: 'An employer',
    selectedPlatformId: '5965580e-380f-4b86-8a8a-7278c77f73cb',
    selectedPlatformName: 'A platform',
  };
  const timed = (options) => {
    const start = performance.now();
    options.onEvent('screen_transition', payload);
    return performance.now() - start;
  };
  const quantile = (times, q) => 1000 * times.sort((a, b) => a - b)[Math.floor(q * (times.length - 1))];

  const bare = [];
  for (let i = 0; i < events; i++) bare.push(timed(host));
  called = 0;
  const times = [];
  for (let i = 0; i < events; i++) {
    times.push(timed(wrapped));
    // Link fires an event, and then the page does something else: connections fail and are tried again meanwhile.
    if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  let granularity = 0;
  for (const start = performance.now(); !granularity; ) granularity = performance.now() - start;
  return {
    Events: times.length,
    Called: called,
    Bare: quantile(bare, 0.99),
    P50: quantile(times, 0.5),
    P99: quantile(times, 0.99),
    Max: quantile(times, 1),
    Granularity: granularity * 1000,
    Isolated: crossOriginIsolated,
  };
};
