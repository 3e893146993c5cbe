import { randomUUID } from 'node:crypto';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { type Compressor, createCompressor } from '../coding/compress.js';
import type { BasePath } from '../domain/basepath.js';
import { valuesOfHeader } from '../domain/rawheaders.js';
import { badInput, GatewayError, notFound } from '../errors.js';
import { systemTimer, type Timer } from '../timer.js';
import type { Tracer } from '../trace.js';
import type { Waits } from '../waits.js';
import { guardReply, sendError } from './answer.js';
import { type BasePaths, createBasePaths, tellBasePaths } from './basepaths.js';
import { acceptJsonOnly } from './bodies.js';
import { createClientErrorHandler, refuseExpectations } from './clienterror.js';
import { compressAnswers } from './compression.js';
import { type ConnectionLimits, limitConnections } from './connections.js';
import { collectMethods } from './methods.js';
import { readRefusedBodies } from './lingering.js';
import { createLoopDelayMeasure, type MeasureLoopDelay, refuseUnderPressure } from './pressure.js';
import { allowOrigins } from './origins.js';
import { RequestProblem } from './problem.js';
import { type IsProxy, readForwardedClients } from './proxies.js';
import type { RequestRates } from './rates.js';
import { createRequestLog, QuietLogController, type RequestLog } from './requestlog.js';
import { type EndedRequest, type RequestWatch, watchRequests } from './requests.js';
import { cutStalledWrites } from './writes.js';

/** The limits of one client: what it may send, how slowly, and how much it may have at once. Bytes and milliseconds. */
export interface HttpLimits extends ConnectionLimits, RequestRates {
  readonly body: number;
  readonly url: number;
  readonly headers: number;
  readonly headersTimeout: number;
  /** For the whole request to arrive. */
  readonly requestTimeout: number;
  /** In which a client must take something of an answer. */
  readonly writeStall: number;
  /** That work may wait for the event loop, before requests are refused. */
  readonly loopDelay: number;
}

export const defaultHttpLimits: HttpLimits = {
  body: 256 * 1024,
  url: 8 * 1024,
  headers: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connections: 2000,
  connectionsPerAddress: 500,
  requests: 600,
  anonymousRequests: 60,
  writeStall: 60_000,
  loopDelay: 1000,
};

/** Characters; far more than any name has. */
const longestParameter = 1024;

export interface HttpServerParts {
  readonly logger: FastifyBaseLogger;
  /** Exact origins whose pages may call the API; none by default. */
  readonly allowedOrigins: readonly string[];
  readonly limits: HttpLimits;
  /** None by default. */
  readonly isProxy?: IsProxy;
  /** The path below which users find the gateway; by default proxies say it. */
  readonly basePath?: BasePath | null | undefined;
  readonly timer?: Timer;
  readonly measureLoopDelay?: MeasureLoopDelay;
  readonly compressor?: Compressor;
  /** Milliseconds until an answer is there, from which on its request is logged as slow; 1000 by default. */
  readonly slowRequest?: number | undefined;
  readonly tracer?: Tracer | undefined;
  readonly waits?: Waits | undefined;
  /** Told of each request when it has ended. */
  readonly onRequestEnd?: ((ended: EndedRequest) => void) | undefined;
  /** A connection was closed because too many are open. */
  readonly onConnectionRefused?: (() => void) | undefined;
}

const defaultSlowRequest = 1000;

/**
 * A server without routes: bounded, with request ids, CORS for the allowed origins, and every error as one JSON shape.
 */
export async function createHttpServer(parts: HttpServerParts): Promise<FastifyInstance> {
  const { logger, limits, timer = systemTimer, slowRequest: slow = defaultSlowRequest } = parts;
  const isProxy = parts.isProxy ?? ((): boolean => false);
  const log = createRequestLog({ logger, timer, slow });
  const watched: LateWatch = { watch: null };
  const basePaths = createBasePaths(parts.basePath ?? null, isProxy);
  const server = createFastify(parts, isProxy, basePaths, log, watched);
  refuseExpectations(server.server);
  tellBasePaths(server, basePaths);
  const onEnd = (ended: EndedRequest): void => {
    log.write(ended);
    parts.onRequestEnd?.(ended);
  };
  watched.watch = watchRequests(server, { timer, onEnd, tracer: parts.tracer, waits: parts.waits });
  server.addHook('onClose', async () => log.close());
  server.addHook('onRequest', (request, reply, done) => {
    guardRequest(request, reply, limits);
    done();
  });
  // Before what is large is cut up for the way.
  compressAnswers(server, parts.compressor ?? createCompressor());
  boundCallers(server, parts, isProxy);
  const methods = collectMethods(server);
  methods.answerOptions();
  acceptJsonOnly(server);
  endConnectionsOnClose(server);
  // After what may say that the connection ends.
  readRefusedBodies(server, timer);
  challengeStrangers(server);
  answerFaults(server);
  await allowOrigins(server, parts.allowedOrigins);
  methods.refuseOthers();
  return server;
}

/** The hooks that watch are added to a server that is there, and are asked by what is given to make it. */
interface LateWatch {
  watch: RequestWatch | null;
}

/** Fastify with its limits, without a hook. */
function createFastify(
  { logger, limits }: HttpServerParts,
  isProxy: IsProxy,
  basePaths: BasePaths,
  log: RequestLog,
  watched: LateWatch,
): FastifyInstance {
  return Fastify({
    loggerInstance: logger,
    logController: new QuietLogController(),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: isProxy,
    rewriteUrl: (request) => basePaths.rewrite(request),
    frameworkErrors(error, request, reply) {
      watched.watch?.begin(request, reply);
      guardReply(request, reply);
      void sendError(explainUrl(error, limits), request, reply);
    },
    clientErrorHandler: createClientErrorHandler((facts) => log.writeUnread(facts), limits),
    return503OnClosing: false,
    bodyLimit: limits.body,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: 72_000,
    // requestTimeout alone never fires on a slow body: Node checks only as often as the interval says.
    http: {
      headersTimeout: limits.headersTimeout,
      maxHeaderSize: limits.headers,
      connectionsCheckingInterval: 500,
      // Node would answer without a body: guardRequest does it.
      requireHostHeader: false,
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: longestParameter },
  });
}

/** To be called before a route is added: it has the error handler that is there then, also the one that CORS adds. */
function answerFaults(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendError(notFound(`There is no ${request.method} ${request.url.slice(0, 200)}.`), request, reply),
  );
}

/** Keeps one caller from taking what the others need: connections, memory for answers, the event loop. */
function boundCallers(server: FastifyInstance, parts: HttpServerParts, isProxy: IsProxy): void {
  const { limits, timer = systemTimer, measureLoopDelay = createLoopDelayMeasure(), onConnectionRefused } = parts;
  readForwardedClients(server, isProxy);
  limitConnections(server, limits, isProxy, onConnectionRefused);
  cutStalledWrites(server, { stall: limits.writeStall, timer });
  refuseUnderPressure(server, { limit: limits.loopDelay, measure: measureLoopDelay, timer });
}

function guardRequest(request: FastifyRequest, reply: FastifyReply, limits: HttpLimits): void {
  guardReply(request, reply);
  if (request.url.length > limits.url)
    throw new RequestProblem(414, `The URL is longer than ${limits.url} characters.`);
  const { rawHeaders, httpVersion } = request.raw;
  const hosts = valuesOfHeader(rawHeaders, 'host').length;
  if (hosts > 1) throw badInput('The request has more than one Host header.');
  // RFC 9112 §3.2: HTTP/1.0 knows none.
  if (hosts === 0 && httpVersion === '1.1') throw badInput('The request has no Host header.');
}

/**
 * An answer that was in flight when closing began would leave its connection open, and closing would wait for the
 * client to end it.
 */
function endConnectionsOnClose(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onRequest', (_request, _reply, done) => {
    if (isClosing)
      throw new GatewayError('OVERLOADED', 'The gateway is being stopped: ask again when it is there.', {
        retryAfter: 5,
      });
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}

/** RFC 9110 §15.5.2: a 401 says how to be let in. Browsers show no dialog for Bearer. */
function challengeStrangers(server: FastifyInstance): void {
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (reply.statusCode === 401) reply.header('www-authenticate', 'Bearer realm="registry-gateway"');
    done();
  });
}

/** Explains a URL that fails before it has a route, since Fastify's own words would hold the path. */
function explainUrl({ code }: FastifyError, limits: HttpLimits): GatewayError {
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return new RequestProblem(
      414,
      `A part of the URL's path is longer than ${longestParameter} characters, or the URL than ${limits.url}.`,
    );
  }
  return badInput('The URL cannot be read: "%" must be followed by two hex digits of UTF-8 text.');
}
