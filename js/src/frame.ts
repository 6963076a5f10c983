/** One event as it travels. Built once; only seq may change later. */
export interface EventFrame {
  type: 'event';
  seq: number;
  id: string;
  provider: string;
  name: string;
  at: number;
  mono: number;
  payload: object;
  /** Events dropped since the one before. */
  n?: number | undefined;
}

/** Whatever the server sends: the fields of all its frames and of the POST answer. */
export interface ServerFrame {
  type?: string;
  ack?: number;
  resume?: string;
  ping?: number;
  epoch?: string;
  seq?: number;
  code?: number | string;
  pseq?: number;
  name?: string;
  min?: number;
  max?: number;
  reconnect?: boolean;
  push?: ServerFrame[];
  retry_ms?: number;
}
