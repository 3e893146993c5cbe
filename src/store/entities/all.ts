import { AccessPatternSchema, PatternRepositorySchema } from './access.js';
import { AccountSchema, PreferencesSchema, TokenSchema, SettingSchema } from './account.js';
import {
  RepositorySchema,
  ImageSchema,
  TagSchema,
  ImageEntrySchema,
  BlobSchema,
  ImageBlobSchema,
  RepositoryImageSchema,
  AbsentContentSchema,
} from './content.js';
import { AuditEntrySchema, EventSchema, TagRevisionSchema, SizeSampleSchema } from './history.js';
import { AccessGrantSchema, TeamMemberSchema, TeamSchema } from './grant.js';
import { LeaseSchema, ReplicaSchema } from './coordination.js';
import { DeletionStepSchema, JobSchema, RegistrySchema } from './registry.js';
import { WebhookSchema } from './webhook.js';

// Tables and columns are the snake_case of the names below: `ImageEntry.childDigest` is `image_entry.child_digest`, and
// a relation is its name with `_id`: `Tag.image` is `tag.image_id`. Every foreign key has an index; `.index(false)`
// stands where a key or unique index begins with it already.
//
// One entity set for every driver: text with a type of the domain (`$type`, which the compiler alone knows) instead of
// enums (changing an enum rebuilds the table on SQLite), `p.json` for values only ever read whole, no type that only
// one database has. `datetime(3)`: milliseconds, UTC. A `…ErrorCode`, `…ErrorMessage`, `…ErrorAt` triple is the last
// failure since the last success, all null after one.

/** Every entity, for MikroORM and for the types of `Database.kysely`. */
export const entities = [
  RegistrySchema,
  RepositorySchema,
  ImageSchema,
  TagSchema,
  ImageEntrySchema,
  BlobSchema,
  ImageBlobSchema,
  RepositoryImageSchema,
  AbsentContentSchema,
  JobSchema,
  DeletionStepSchema,
  TagRevisionSchema,
  AuditEntrySchema,
  EventSchema,
  SizeSampleSchema,
  AccountSchema,
  TokenSchema,
  PreferencesSchema,
  SettingSchema,
  ReplicaSchema,
  LeaseSchema,
  WebhookSchema,
  TeamSchema,
  TeamMemberSchema,
  AccessGrantSchema,
  AccessPatternSchema,
  PatternRepositorySchema,
] as const;
