import { hex } from './env.js';
import type { EventFrame } from './frame.js';

/**
 * One link session: its place in the numbering and the events that the server has not taken yet.
 * It is stored as it stands when the page is left. The build gives its fields letters that stay the
 * same from version to version.
 */
export interface Session {
  /** Absolute http(s) address of the bridge. */
  url_: string;
  /** The ticket that the page was made with, or nothing. */
  key_: string;
  session_: string;
  /** The page load that has it, to tell a tail of our own from that of a later page. */
  instance_: string;
  /** Last number given. */
  seq_: number;
  events_: EventFrame[];
  /** Events dropped since the last one that was queued. */
  lost_: number;
  ticket_?: string | undefined;
  resume_?: string | undefined;
  /** The numbering of the pushes, and the last one seen in it. */
  epoch_: string;
  pushed_: number;
  /** Whether websockets were found to be blocked. */
  http_?: boolean;
}

/** What makes two sessions of a tab the same: the address, and the ticket of the page. */
export const nameOf = (session: Session): string => session.url_ + ' ' + session.key_;

export const newSession = (url: string, ticket: string): Session => ({
  url_: url,
  key_: ticket,
  session_: hex(),
  instance_: hex(),
  seq_: 0,
  events_: [],
  lost_: 0,
  ticket_: ticket || undefined,
  epoch_: '',
  pushed_: 0,
});
