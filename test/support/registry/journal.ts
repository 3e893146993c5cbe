/** One request as it was received and answered. */
export interface RequestRecord {
  readonly method: string;
  /** Path and query as they came, a prefix included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** 0: no answer was sent, yet or ever. */
  readonly status: number;
  /** Whether the registry got it, its separate token server, or the port that a proxy redirects to. */
  readonly server: 'registry' | 'token' | 'elsewhere';
}

export interface Journal {
  readonly requests: readonly RequestRecord[];
  /** Why each of these should not have been sent: `GET /v2/Bad/tags/list: no such route`. */
  readonly unexpected: readonly string[];
  /** The most requests that were under way at once. */
  readonly peak: number;
  readonly count: (method?: string, path?: RegExp) => number;
  /** Calls `settle` with the status when the answer is sent or given up. */
  begin(request: Omit<RequestRecord, 'status'>): (status: number) => void;
  complain(problem: string): void;
  /** Forgets requests and the peak; complaints stay. */
  readonly forget: () => void;
}

export function createJournal(keeps: boolean): Journal {
  const requests: { -readonly [K in keyof RequestRecord]: RequestRecord[K] }[] = [];
  const unexpected: string[] = [];
  let underWay = 0;
  let peak = 0;
  return {
    requests,
    unexpected,
    get peak() {
      return peak;
    },
    count: (method, path) =>
      requests.filter((r) => (method === undefined || r.method === method) && (!path || path.test(r.path))).length,
    begin(request) {
      const record = { ...request, status: 0 };
      if (keeps) requests.push(record);
      underWay += 1;
      peak = Math.max(peak, underWay);
      let open = true;
      return (status) => {
        if (open) underWay -= 1;
        open = false;
        record.status = status;
      };
    },
    complain(problem) {
      if (keeps) unexpected.push(problem);
    },
    forget() {
      requests.length = 0;
      peak = underWay;
    },
  };
}
