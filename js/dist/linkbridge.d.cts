/** Names of the Link events of Pinwheel. */
declare const pinwheelEvents: readonly ["bill_added", "bill_cancel_failure", "bill_cancel_success", "bill_edited", "bill_marked_inactive", "bill_removed", "bill_switch_failure", "bill_switch_platforms_added", "bill_switch_platforms_removed", "bill_switch_success", "calendar_sync", "card_switch_begin", "customer_terms_accepted", "dd_form_begin", "dd_form_create", "dd_form_download", "doc_uploads_begin", "doc_uploads_submitted", "error", "exit", "external_account_connected", "incorrect_platform_given", "input_allocation", "input_amount", "input_required", "login", "login_attempt", "merchant_login_success", "open", "other_event", "screen_transition", "select_employer", "select_platform", "success", "user_activated"];
/** Names of the Link 5 callbacks and UI events of Argyle. */
declare const argyleEvents: readonly ["account error - opened", "account status - disconnected", "account status - opened", "error - opened", "intro - opened", "link closed", "login - form submitted", "login - login help clicked", "login - opened", "mfa - opened", "onAccountConnected", "onAccountCreated", "onAccountError", "onAccountRemoved", "onCantFindItemClicked", "onClose", "onDDSError", "onDDSSuccess", "onDocumentsSubmitted", "onError", "onExitIntroClicked", "onFormSubmitted", "onTokenExpired", "search - link item selected", "search - opened", "search - term updated", "success - opened"];
/** Names of the Link 3 and 4 callbacks and UI events of Argyle. */
declare const argyleV1Events: readonly ["account error - opened", "account status - disconnected", "account status - opened", "direct-deposit settings opened", "error - opened", "intro - opened", "link closed", "login - form submitted", "login - login help clicked", "login - opened", "login - reset password clicked", "mfa - opened", "onAccountConnected", "onAccountCreated", "onAccountError", "onAccountRemoved", "onAccountUpdated", "onCantFindLinkItemClicked", "onClose", "onError", "onExitIntroClicked", "onPayDistributionError", "onPayDistributionSuccess", "onTokenExpired", "onUserCreated", "pd success - opened", "search - link item selected", "search - opened", "search - term updated", "success - opened"];
/** Names of the webhook events a server may push to the page. */
declare const pushNames: readonly ["account.added", "account.additional_connections_recommended", "account.disconnected", "account.monitoring_status.updated", "account.reconnected", "bill.added", "bill.reminder", "bill.removed", "bill.updated", "bill_switch.added", "bill_switch.cancelled", "card_switch.added", "company_connect.census.added", "company_connect.employments.added", "company_connect.incomes.added", "company_connect.status.updated", "direct_deposit_allocations.added", "direct_deposit_payment.added", "direct_deposit_switch.added", "documents.added", "earnings_stream.payouts.refreshed", "employment.added", "identity.added", "income.added", "paycheck_viewer.added", "payout_cards.added", "paystubs.added", "paystubs.documents.added", "paystubs.fully_synced", "paystubs.ninety_days_synced", "paystubs.seven_days_synced", "paystubs.thirty_days_synced", "shifts.added", "shifts.fully_synced", "shifts.ninety_days_synced", "shifts.seven_days_synced", "shifts.thirty_days_synced", "tax_forms.added", "verification_reports.refreshed", "accounts.added", "accounts.connected", "accounts.failed", "accounts.removed", "accounts.updated", "deposit_destinations.added", "deposit_destinations.removed", "deposit_destinations.updated", "direct_deposit_switches.completed", "direct_deposit_switches.failed", "gigs.added", "gigs.fully_synced", "gigs.partially_synced", "gigs.removed", "gigs.updated", "identities.added", "identities.updated", "items.removed", "items.updated", "payroll_documents.added", "payroll_documents.updated", "paystubs.partially_synced", "paystubs.updated", "ratings.added", "ratings.updated", "reports.generated", "reports.ready", "shifts.partially_synced", "shifts.removed", "shifts.updated", "user_forms.removed", "user_forms.submitted", "user_uploads.added", "user_uploads.ocr_completed", "user_uploads.removed", "users.fully_synced", "vehicles.added", "vehicles.removed", "vehicles.updated", "verifications.creation_failed", "verifications.updated", "accounts.pay_distribution_failed", "accounts.pay_distribution_updated", "activities.added", "activities.fully_synced", "activities.partially_synced", "activities.removed", "activities.updated", "documents.ocr_completed", "documents.ocr_failed", "documents.removed", "documents.updated", "employments.added", "employments.updated", "forms.ocr_completed", "forms.ocr_failed", "forms.removed", "forms.submitted", "pay_allocations.added", "pay_allocations.removed", "pay_allocations.updated", "payouts.added", "payouts.fully_synced", "payouts.partially_synced", "payouts.updated", "profiles.added", "profiles.updated", "reputations.added", "reputations.updated"];
/** A name of the catalogue, or any other: providers add names without notice. */
type Open<N extends string> = N | (string & {});
/** Name of a Pinwheel Link event. */
export type PinwheelEvent = Open<(typeof pinwheelEvents)[number]>;
/** Name of an Argyle Link 5 callback or UI event. */
export type ArgyleEvent = Open<(typeof argyleEvents)[number]>;
/** Name of an Argyle Link 3 or 4 callback or UI event. */
export type ArgyleV1Event = Open<(typeof argyleV1Events)[number]>;
/** Name of a webhook event that the server may push to the page. */
export type PushName = Open<(typeof pushNames)[number]>;
/** The event names of each provider, as {@link Bridge.track} takes them. */
export interface EventNames {
    pinwheel: PinwheelEvent;
    argyle: ArgyleEvent;
    'argyle-v1': ArgyleV1Event;
}
/**
 * Where the bridge stands: `connecting`, `open` (websocket), `http` (POST batches),
 * `waiting` (between two tries), `closed`, `failed` (the server refused for good), or
 * `off` (no url, or no window: events are not collected, wrapped options still work).
 */
export type State = 'connecting' | 'open' | 'http' | 'waiting' | 'closed' | 'failed' | 'off';
/** What a signed webhook told the server, reduced to what the page may know. */
export interface Push<N extends string = string> {
    /** Counts 1, 2, 3 … as long as the server remembers. */
    readonly pseq: number;
    readonly name: N;
    readonly provider: string;
    readonly data: {
        readonly account?: string;
        readonly outcome?: string;
        readonly [field: string]: unknown;
    };
    /** When the server received the webhook, in milliseconds since 1970. */
    readonly at: number;
}
export interface Options {
    /** Where the bridge is mounted, absolute or relative to the page. Empty switches the bridge off. */
    url: string;
    /** The signed ticket, written into the page by the server. A new ticket is a new Link session. */
    ticket?: string;
    /** Fetches a ticket; asked when there is none and when the server refuses the old one. */
    token?: () => Promise<string>;
    /** Defaults to `auto`: websocket first, POST when it is blocked. */
    transport?: 'auto' | 'ws' | 'http';
    /** Names to be pushed; `on` and `once` add theirs. The server grants what its host allows. */
    want?: readonly PushName[];
    /** Called after each change of state, with the close code or HTTP status that led to it. */
    onState?: (state: State, code?: number) => void;
    /** Further keys whose text is redacted, at any depth of a payload. */
    redact?: readonly string[];
}
export interface ArgyleOptions {
    /** Generation of the Argyle API: 2 is Link 5 (the default), 1 is Link 3 and 4. */
    version?: 1 | 2;
}
export interface Bridge {
    /** A copy of the options of `Pinwheel.open` that reports every Link event. */
    pinwheel<O extends object>(options: O): O;
    /** A copy of the options of `Argyle.create` that reports every callback and UI event. */
    argyle<O extends object>(options: O, which?: ArgyleOptions): O;
    /** Reports one event. Returns at once and never throws. */
    track<P extends keyof EventNames>(provider: P, name: EventNames[P], payload?: unknown): void;
    /**
     * Calls fn with the latest push of that name, if one came already, and with each that follows.
     * Returns the way to stop it.
     */
    on<N extends PushName>(name: N, fn: (push: Push<N>) => void): () => void;
    /**
     * Resolves to the push of that name: the latest that came already, or the next. Rejects after
     * `timeout` milliseconds; waits for ever without one.
     */
    once<N extends PushName>(name: N, options?: {
        timeout?: number;
    }): Promise<Push<N>>;
    /** Hands over a fresh ticket, on the live connection if there is one. */
    refresh(ticket: string): void;
    /** Takes no more events, delivers those it holds, forgets the session. For a logout. */
    close(): void;
    readonly state: State;
}
/** The way in: `LinkBridge.create({ url, ticket })`. */
export declare const LinkBridge: {
    /**
     * Starts a bridge. The same url and ticket give the same bridge, so initialisers that run twice
     * are harmless. Never throws.
     */
    create(options: Options): Bridge;
};
export {};
