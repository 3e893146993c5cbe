/** An answer before it is sent, so that a fault can still change it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request as the handlers see it. */
export interface Incoming {
  readonly method: string;
  /** Path and query as they came. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** `http://host:port/prefix` as the client addressed it: uploads answer with absolute locations. */
  readonly base: string;
}

export function replyEmpty(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: Buffer.alloc(0) };
}

export function replyBytes(status: number, body: Buffer, headers: Record<string, string>): Reply {
  return { status, headers, body };
}

export function replyText(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: Buffer.from(`${text}\n`),
  };
}

export function replyJson(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(`${JSON.stringify(value)}\n`),
  };
}

/** The error body of OCI distribution-spec, "Error Codes". */
export function replyError(
  status: number,
  code: string,
  message: string,
  detail: unknown = null,
  headers: Record<string, string> = {},
): Reply {
  return replyJson(status, { errors: [{ code, message, detail }] }, headers);
}
