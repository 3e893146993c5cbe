import type { z } from 'zod';
import type { components } from './components.js';

/** The name of a schema in the document. */
export type ComponentName = keyof typeof components;

/** One of these, or a list of them. */
export type AnswerShape = ComponentName | readonly [ComponentName];

/** An answer that is no error. */
export interface DescribedAnswer {
  readonly description: string;
  /** The JSON; left out: there is no body, or one of another type. */
  readonly shape?: AnswerShape;
  /** Of a body that is no JSON, or need not be. */
  readonly contentType?: string;
  readonly headers?: readonly HeaderName[];
}

export type HeaderName =
  'Age' | 'ETag' | 'Link' | 'Location' | 'Preference-Applied' | 'X-Registry-Next-Attempt' | 'X-Registry-Stale';

export type OperationTag =
  'Registries' | 'Repositories' | 'Tags' | 'Jobs' | 'Search and events' | 'Accounts' | 'Logins';

/** One method of a route, as the document tells of it. */
export interface DescribedOperation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As the route is registered: `/api/registries/:name`. */
  readonly route: string;
  readonly id: string;
  readonly tag: OperationTag;
  readonly summary: string;
  readonly description?: string;
  /** The parameters, as the route reads them. */
  readonly query?: z.ZodObject;
  readonly requestHeaders?: readonly ('Prefer' | 'Cache-Control' | 'If-None-Match' | 'Last-Event-ID')[];
  readonly body?: ComponentName;
  /** A form of the same keys is read as well. */
  readonly takesForm?: boolean;
  /** By status. */
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  /** Statuses of errors that not every operation can answer with. */
  readonly errors?: readonly number[];
  /** `none`: no token is read; `optional`: none is needed. */
  readonly token?: 'none' | 'optional';
  /** Only a gateway with an OpenID Provider has the route; any other answers 404. */
  readonly needsProvider?: boolean;
}

/** Of a change that leaves nothing to show. */
export const nothing: DescribedAnswer = { description: 'It is done.' };

/** Of what asks a registry, or may. */
export const ofRegistry = [404, 409, 422, 502] as const;

/** Of a deletion. */
export const ofDeletion = [404, 409, 412, 422, 423, 502, 507] as const;

export const fresh: readonly HeaderName[] = ['ETag', 'Age', 'X-Registry-Stale', 'X-Registry-Next-Attempt'];

/** Headers that a read which may be kept is asked with. */
export const reading = ['Cache-Control', 'If-None-Match'] as const;

export const page = [...fresh, 'Link'] as const;

/** Of what a job goes on with. */
export const waiting: DescribedAnswer = {
  description: 'It goes on, or waits for an approval: the job, and where it is read.',
  shape: 'Job',
  headers: ['Location', 'Preference-Applied'],
};
