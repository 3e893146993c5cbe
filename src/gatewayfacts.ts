import { defaultStreamsPerCaller } from './cache/streams.js';
import { defaultKeep, eventDays, historyDays, type Keep } from './catalogue/pruning.js';
import { type Branding, type GatewayFacts, noBranding } from './domain/gateway.js';
import { defaultHttpLimits, type HttpLimits } from './http/server.js';
import type { Brand } from './pages/brand.js';
import { readVersion } from './version.js';

/** Seconds that an operation may take. */
export const defaultOperationTimeout = 10;

/** Settings that pages are told of; what is left out has its default. */
export interface ToldSettings {
  readonly publicUrl?: string | null;
  readonly isConsoleServed?: boolean;
  readonly branding?: Branding;
  /** How long jobs and the audit log are kept. */
  readonly keep?: Keep;
  readonly httpLimits?: Partial<HttpLimits>;
  /** Long REST lists that one account may be sent at a time. */
  readonly streamsPerCaller?: number;
  /** MiB of a GraphQL answer; 8 by default. */
  readonly maxAnswer?: number;
  /** Seconds that an operation may take; 10 by default. */
  readonly operationTimeout?: number;
}

/** `signOn`: the provider, as people call it that they log in by; null: there is none. */
export function describeGateway(settings: ToldSettings, brand: Brand, signOn: string | null): GatewayFacts {
  const { publicUrl = null, isConsoleServed = true, keep = defaultKeep } = settings;
  const { name, accent } = settings.branding ?? noBranding;
  return {
    version: readVersion(),
    publicUrl,
    isConsoleServed,
    signOn,
    branding: { name, accent, logo: isConsoleServed ? brand.logo : null },
    kept: { ...keep, eventDays, historyDays },
    limits: {
      requests: settings.httpLimits?.requests ?? defaultHttpLimits.requests,
      streams: settings.streamsPerCaller ?? defaultStreamsPerCaller,
      answer: settings.maxAnswer ?? 8,
      operationTime: settings.operationTimeout ?? defaultOperationTimeout,
    },
  };
}
