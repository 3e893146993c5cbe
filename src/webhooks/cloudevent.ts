import type { CatalogueEvent } from '../domain/event.js';

/** Structured mode, JSON: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export const cloudEventType = 'application/cloudevents+json; charset=utf-8';

/** As much of a CloudEvent as is sent. */
export interface SentCloudEvent {
  readonly specversion: '1.0';
  /** With `source` it is like no other. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** All types begin so, and go on as their kind does: `registry-gateway.tag.pushed`. */
const typePrefix = 'registry-gateway.';

/** Of an event. `instanceId`: the UUID of this gateway's database. A member that the event does not have is absent. */
export function toCloudEvent(event: CatalogueEvent, instanceId: string): SentCloudEvent {
  const { id, at, kind, registryId, registryName, repository, tag, jobId } = event;
  const data = {
    kind,
    registry: { id: registryId, name: registryName },
    repository,
    tag,
    digest: event.digest,
    formerDigest: event.formerDigest,
    tagCount: event.tagCount,
    job: jobId && { id: jobId, kind: event.jobKind, state: event.jobState },
    message: event.message,
  };
  return {
    specversion: '1.0',
    id: `${id}`,
    source: sourceOf(instanceId),
    type: typePrefix + kind.toLowerCase().replaceAll('_', '.'),
    subject: registryName + (repository ? `/${repository}` : '') + (tag ? `:${tag}` : ''),
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)),
  };
}

/** Says that events between these two were removed before they were taken; what is told next comes after them. */
export function createGapEvent(after: number, upTo: number, at: Date, instanceId: string): SentCloudEvent {
  return createOwnEvent('events.gone', `gone-${after}-${upTo}`, at, instanceId, {
    after: `${after}`,
    upTo: `${upTo}`,
  });
}

/** Says nothing: whoever takes it takes others. */
export function createPingEvent(id: string, at: Date, instanceId: string): SentCloudEvent {
  return createOwnEvent('ping', id, at, instanceId, { message: 'This webhook is being tested.' });
}

function createOwnEvent(
  type: string,
  id: string,
  at: Date,
  instanceId: string,
  data: SentCloudEvent['data'],
): SentCloudEvent {
  const source = sourceOf(instanceId);
  const time = at.toISOString();
  return { specversion: '1.0', id, source, type: typePrefix + type, time, datacontenttype: 'application/json', data };
}

function sourceOf(instanceId: string): string {
  return `urn:uuid:${instanceId}`;
}
