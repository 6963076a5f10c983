/** Which callbacks of one generation of Argyle Link are added always, and which only wrapped. */
export interface ArgyleCallbacks {
  provider: 'argyle' | 'argyle-v1';
  always_: readonly string[];
  present_: readonly string[];
}

const on = (names: string): string[] => names.split(' ').map((name) => 'on' + name);

/**
 * Those of present_ change what Link does when they are set: it closes, offers another flow, or
 * leaves the token to the host. They are therefore never added.
 */
const callbacks = (
  provider: ArgyleCallbacks['provider'],
  own: string,
  cantFind: string,
): ArgyleCallbacks => ({
  provider,
  always_: on('AccountCreated AccountConnected AccountError AccountRemoved UIEvent Error Close ' + own),
  present_: on(cantFind + 'ItemClicked ExitIntroClicked TokenExpired'),
});

export const argyle = callbacks(
  'argyle',
  'DDSSuccess DDSError FormSubmitted DocumentsSubmitted',
  'CantFind',
);

export const argyleV1 = callbacks(
  'argyle-v1',
  'UserCreated AccountUpdated PayDistributionSuccess PayDistributionError',
  'CantFindLink',
);

/** The name and payload under which a callback is reported: UI events carry their own. */
export const argyleEvent = (callback: string, argument: unknown): [string, unknown] => {
  const ui = argument as { name?: unknown; properties?: unknown } | undefined;
  return callback === 'onUIEvent' && typeof ui?.name === 'string'
    ? [ui.name, ui.properties]
    : [callback, argument];
};
