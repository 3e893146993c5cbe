import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { guardHeaders } from './answer.js';
import { createProblem } from './failure.js';

/** Of what is read of a request before a route has it: bytes of its headers, and milliseconds. */
export interface ReadLimits {
  readonly headers: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
}

interface ClientFault {
  readonly status: number;
  readonly message: string;
}

/** Notes, for the log, a request that could not be read. */
type NoteUnread = (facts: Readonly<Record<string, unknown>>) => void;

/**
 * Answers, in the shape of every error, what Node's parser refuses or what does not arrive in time; then the connection
 * is closed.
 */
export function createClientErrorHandler(
  noteUnread: NoteUnread,
  limits: ReadLimits,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    const current = answerUnderWay(socket);
    const isNext = current?.req.complete ?? false;
    if (error.code === 'ECONNRESET' || !socket.writable || (current?.headersSent && !isNext)) {
      socket.destroy();
      return;
    }
    const { status, message } = explainFault(error.code ?? '', limits);
    const { head, body, requestId } = createAnswer(status, message);
    noteUnread({ reqId: requestId, code: error.code, status, client: socket.remoteAddress });
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
    const send = (): unknown =>
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
    // The request before it was read whole, and is being answered: this one comes after.
    if (current && isNext) current.once('finish', send);
    else send();
  };
}

/** RFC 9110 §10.1.1: nothing but `100-continue` can be expected. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { head, body } = createAnswer(417, 'Of "Expect" only "100-continue" is understood.');
    response.writeHead(417, head).end(body);
  });
}

function explainFault(code: string, { headers, headersTimeout, requestTimeout }: ReadLimits): ClientFault {
  if (code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, message: `The request line and the headers are longer than ${headers} bytes.` };
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return { status: 413, message: 'The extensions of the chunks are longer than 16 KiB.' };
  if (code !== 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 400, message: 'The request cannot be read: it is not well-formed HTTP/1.1.' };
  const message =
    `The headers did not arrive within ${headersTimeout / 1000} s, or the whole request within ` +
    `${requestTimeout / 1000} s.`;
  return { status: 408, message };
}

function createAnswer(
  status: number,
  message: string,
): { head: Record<string, string | number>; body: string; requestId: string } {
  const requestId = randomUUID();
  const facts = { retryable: status === 408 };
  const body = JSON.stringify(createProblem({ code: 'BAD_USER_INPUT', message, status, requestId, facts }));
  const head = {
    ...guardHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    'x-request-id': requestId,
  };
  return { head, body, requestId };
}

/**
 * An error must not be written into an answer, nor be taken for it. Node keeps the one under way here, and nowhere
 * else.
 */
function answerUnderWay(socket: Socket): ServerResponse | null {
  return (socket as Socket & { readonly _httpMessage?: ServerResponse | null })._httpMessage ?? null;
}
