// The wrapper keeps every type of the real package: what compiles without it compiles with it, and
// what is an error without it stays one.
import PinwheelModal from '@pinwheel/react-modal';
import type { ErrorEventPayload, PinwheelModalProps, SuccessEventPayload } from '@pinwheel/react-modal';
import { LinkBridge, type Bridge } from '@linkhook/linkbridge';
import type { JSX } from 'react';

type Props = PinwheelModalProps;
declare const Pinwheel: { open(options: Omit<Props, 'open' | '_srcUrl'>): Promise<void> };
const bridge: Bridge = LinkBridge.create({ url: '/hooks/link', ticket: 't' });

export const Inline = (): JSX.Element => (
  <PinwheelModal
    {...bridge.pinwheel({
      linkToken: 't',
      open: true,
      onEvent: (name, payload) => {
        const known: string = name;
        if (name === 'login') void (payload as { accountId: string }).accountId;
        // @ts-expect-error this event does not exist
        void (name === 'no_such_event');
        return known;
      },
      onSuccess: (payload) => {
        const same: SuccessEventPayload = payload;
        // @ts-expect-error a success has no code
        void payload.code;
        return same;
      },
    })}
  />
);

const props: Props = bridge.pinwheel({
  linkToken: 't',
  onExit: (error?: ErrorEventPayload) => void error?.code,
});
export const Const = (): JSX.Element => <PinwheelModal {...props} />;

void Pinwheel.open(bridge.pinwheel({ linkToken: 't', onEvent: (name) => void name.length }));

// @ts-expect-error linkToken is required
void Pinwheel.open(bridge.pinwheel({ onEvent: () => undefined }));

// @ts-expect-error linkToken is a string
void Pinwheel.open(bridge.pinwheel({ linkToken: 7 }));

// @ts-expect-error a handler of the wrong type
const wrong: Props = bridge.pinwheel({ linkToken: 't', onSuccess: (n: number) => void n });
void wrong;

// @ts-expect-error options are an object
bridge.pinwheel('options');
