import { LinkBridge } from '@linkhook/linkbridge';
import type { ArgyleEvent, Bridge, PinwheelEvent, Push, PushName, State } from '@linkhook/linkbridge';

const bridge: Bridge = LinkBridge.create({
  url: '/hooks/link',
  token: async () => 'ticket',
  transport: 'auto',
  want: ['account.added', 'an.event.of.next.year'],
  redact: ['platformId'],
  onState: (state, code) => {
    const known: State = state;
    const number: number | undefined = code;
    void [known, number];
  },
});

// @ts-expect-error the url is required
LinkBridge.create({ ticket: 't' });
// @ts-expect-error a token function gives a promise
LinkBridge.create({ url: '', token: () => 't' });
// @ts-expect-error there is no such transport
LinkBridge.create({ url: '', transport: 'carrier pigeon' });

// Names are an open set with the known ones offered.
const pinwheel: PinwheelEvent[] = ['login', 'of_next_year'];
const argyle: ArgyleEvent[] = ['search - opened', 'onAccountConnected', 'of next year'];
const pushes: PushName[] = ['paystubs.fully_synced', 'of.next.year'];
void [pinwheel, argyle, pushes];

bridge.track('pinwheel', 'login', { accountId: 'a' });
bridge.track('argyle', 'onAccountConnected');
bridge.track('argyle-v1', 'onUserCreated', {});
// @ts-expect-error an unknown provider
bridge.track('plaid', 'open');
// @ts-expect-error a name is a string
bridge.track('pinwheel', 7);

const off: () => void = bridge.on('account.added', (push) => {
  const name: 'account.added' = push.name;
  const account: string | undefined = push.data.account;
  const at: number = push.at;
  // @ts-expect-error a push is what the server said, not to be changed
  push.at = 1;
  void [name, account, at];
});
off();

const once: Promise<Push<'paystubs.added'>> = bridge.once('paystubs.added', { timeout: 1000 });
void once;
// @ts-expect-error the timeout is a number of milliseconds
void bridge.once('paystubs.added', { timeout: '1s' });

/** The shape of Argyle's own types: an object with callbacks, and functions inside the payloads. */
interface ArgyleConfig {
  userToken: string;
  sandbox?: boolean;
  onAccountConnected?: (payload: { accountId: string }) => void;
  onTokenExpired?: (update: (token: string) => void) => void;
}
declare const Argyle: { create(config: ArgyleConfig): { open(): void; close(): void } };

Argyle.create(
  bridge.argyle({
    userToken: 't',
    onAccountConnected: ({ accountId }) => void accountId.length,
    onTokenExpired: (update) => update('fresh'),
  }),
).open();
Argyle.create(bridge.argyle({ userToken: 't' }, { version: 1 }));
// @ts-expect-error userToken is required
Argyle.create(bridge.argyle({ sandbox: true }));
// @ts-expect-error there are two generations
bridge.argyle({}, { version: 3 });

// @ts-expect-error the state is read only
bridge.state = 'open';
