/** One event of a stream, as WHATWG HTML §9.2 has it. */
export interface StreamedEvent {
  readonly id: string | null;
  readonly event: string | null;
  /** Parsed where it is JSON; null: it has none. */
  readonly data: unknown;
}

export interface EventStreamReader {
  readonly status: number;
  readonly headers: Headers;
  /** What came so far. */
  readonly events: readonly StreamedEvent[];
  /** True when the answer has ended, or its connection is gone. */
  isEnded: boolean;
  /** Of an answer that is no stream. */
  readonly body: unknown;
  /** Breaks the connection. */
  close(): void;
}

/** Sends a request and reads its stream behind, until it is closed. */
export async function readEventStream(url: string, options: RequestInit): Promise<EventStreamReader> {
  const closing = new AbortController();
  const answer = await fetch(url, { ...options, signal: closing.signal });
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const events: StreamedEvent[] = [];
  const reader: EventStreamReader = {
    status: answer.status,
    headers: answer.headers,
    events,
    isEnded: !isStream,
    body: isStream ? null : await answer.json(),
    close: () => closing.abort(),
  };
  if (isStream) void readAll(answer, reader, events);
  return reader;
}

async function readAll(answer: Response, reader: EventStreamReader, events: StreamedEvent[]): Promise<void> {
  let rest = '';
  try {
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream()) as AsyncIterable<string>) {
      const blocks = (rest + piece).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const lines = block.split('\n');
        const of = (name: string): string | null =>
          lines
            .find((line) => line.startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trimStart() ?? null;
        const data = of('data');
        if (of('id') ?? of('event') ?? data)
          events.push({ id: of('id'), event: of('event'), data: data ? (JSON.parse(data) as unknown) : null });
      }
    }
  } catch {
    // It was closed, here or there.
  }
  reader.isEnded = true;
}
