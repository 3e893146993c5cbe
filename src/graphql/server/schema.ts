import 'reflect-metadata';
import { type GraphQLSchema, isAbstractType, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray, type PubSub } from 'type-graphql';
import { createSlices, type Slices } from '../../timer.js';
import { DateTime } from '../scalars.js';
import {
  RegistryAbilitiesResolver,
  RepositoryAbilitiesResolver,
  ViewerAbilitiesResolver,
} from '../resolvers/abilities.js';
import { AccountResolver } from '../resolvers/account.js';
import { AuditResolver } from '../resolvers/audit.js';
import { ConnectionTestResolver } from '../resolvers/connectiontest.js';
import { ComparisonResolver, PlatformComparisonResolver } from '../resolvers/comparison.js';
import { ImageConfigResolver, ImageContentResolver, PlatformContentResolver } from '../resolvers/config.js';
import { DeletionResolver } from '../resolvers/deletion.js';
import { DeletionPlanResolver, KeptImageResolver } from '../resolvers/deletionplan.js';
import { GatewayResolver } from '../resolvers/gateway.js';
import {
  AccountGrantsResolver,
  GrantResolver,
  HeldGrantResolver,
  TokenGrantsResolver,
  ViewerGrantsResolver,
} from '../resolvers/grant.js';
import {
  HistoryResolver,
  RegistryHistoryResolver,
  RepositoryHistoryResolver,
  RevisionResolver,
  TagHistoryResolver,
} from '../resolvers/history.js';
import { EventListResolver, EventResolver, SubscriptionResolver } from '../resolvers/event.js';
import { FreshnessResolver } from '../resolvers/freshness.js';
import { HistoryEntryResolver, ImageResolver, PlatformResolver, ReferrerResolver } from '../resolvers/image.js';
import { JobResolver } from '../resolvers/job.js';
import { DeletionStepResolver } from '../resolvers/jobstep.js';
import { FormerResolver } from '../resolvers/former.js';
import { JobListResolver } from '../resolvers/joblist.js';
import { TagListResolver } from '../resolvers/taglist.js';
import { LayerUseResolver } from '../resolvers/layeruse.js';
import { LineageResolver } from '../resolvers/lineage.js';
import { MutationResolver } from '../resolvers/mutation.js';
import { PreferencesResolver } from '../resolvers/preferences.js';
import { RepositoryPullResolver, TagPullResolver } from '../resolvers/pull.js';
import { QueryResolver } from '../resolvers/query.js';
import { ReferrerContentResolver, SbomResolver, StatementResolver } from '../resolvers/referrercontent.js';
import { RegistryNotificationsResolver } from '../resolvers/notificationsetup.js';
import { RegistryResolver, RepositoryConnectionResolver } from '../resolvers/registry.js';
import { ProtectedRepositoryResolver, ProtectionPreviewResolver } from '../resolvers/protectionpreview.js';
import { GoingRepositoryResolver, RegistryRetentionPreviewResolver } from '../resolvers/registryretention.js';
import { RepositoryResolver } from '../resolvers/repository.js';
import { ProtectionResolver, RegistryRetentionResolver, RetentionResolver } from '../resolvers/retention.js';
import { SearchResolver, SearchResultEdgeResolver } from '../resolvers/search.js';
import { RepositorySelectionResolver, SelectionPlanResolver, SelectionResolver } from '../resolvers/selection.js';
import { FacetResolver } from '../resolvers/facet.js';
import { GrowthResolver, RegistrySeriesResolver, RepositorySeriesResolver } from '../resolvers/series.js';
import { SummaryResolver } from '../resolvers/summary.js';
import { TagResolver } from '../resolvers/tag.js';
import { RepositoryTagsSizeResolver, TagsSizeResolver } from '../resolvers/tagssize.js';
import { TeamResolver } from '../resolvers/team.js';
import { TokenResolver } from '../resolvers/token.js';
import { UndoneTagResolver, UndoResolver } from '../resolvers/undo.js';
import { WebhookDeliveryResolver, WebhookResolver } from '../resolvers/webhook.js';
import { userErrorTypes } from '../types/errors.js';
import { stripPlainFields } from './defaultresolvers.js';
import { unsetNulls } from './nulls.js';
import { paceFields } from './pacing.js';

const resolvers: NonEmptyArray<Function> = [
  QueryResolver,
  GatewayResolver,
  RegistryResolver,
  RegistryNotificationsResolver,
  RepositoryConnectionResolver,
  RepositoryResolver,
  TagResolver,
  RepositoryTagsSizeResolver,
  TagsSizeResolver,
  TagPullResolver,
  RepositoryPullResolver,
  FreshnessResolver,
  ImageResolver,
  HistoryEntryResolver,
  PlatformResolver,
  PlatformContentResolver,
  LayerUseResolver,
  LineageResolver,
  ImageContentResolver,
  ImageConfigResolver,
  ComparisonResolver,
  PlatformComparisonResolver,
  ReferrerResolver,
  ReferrerContentResolver,
  StatementResolver,
  SbomResolver,
  SearchResolver,
  SearchResultEdgeResolver,
  MutationResolver,
  ConnectionTestResolver,
  DeletionResolver,
  ProtectionResolver,
  RetentionResolver,
  GoingRepositoryResolver,
  RegistryRetentionPreviewResolver,
  ProtectedRepositoryResolver,
  ProtectionPreviewResolver,
  RegistryRetentionResolver,
  TagHistoryResolver,
  RepositoryHistoryResolver,
  RegistryHistoryResolver,
  RevisionResolver,
  HistoryResolver,
  UndoneTagResolver,
  UndoResolver,
  DeletionPlanResolver,
  RepositorySelectionResolver,
  SelectionPlanResolver,
  SelectionResolver,
  KeptImageResolver,
  JobResolver,
  JobListResolver,
  FormerResolver,
  TagListResolver,
  SummaryResolver,
  GrowthResolver,
  RegistrySeriesResolver,
  RepositorySeriesResolver,
  FacetResolver,
  DeletionStepResolver,
  AuditResolver,
  AccountResolver,
  TokenResolver,
  GrantResolver,
  HeldGrantResolver,
  AccountGrantsResolver,
  TokenGrantsResolver,
  ViewerGrantsResolver,
  PreferencesResolver,
  ViewerAbilitiesResolver,
  RegistryAbilitiesResolver,
  RepositoryAbilitiesResolver,
  TeamResolver,
  EventListResolver,
  EventResolver,
  SubscriptionResolver,
  WebhookResolver,
  WebhookDeliveryResolver,
];

/** Milliseconds that answers are put together in one turn of the event loop. */
const slice = 10;

/** TypeGraphQL asks for one, though each subscription has a source of its own. */
const noPubSub: PubSub = {
  publish: () => {
    throw new Error('Nothing is published: subscriptions read what is stored.');
  },
  subscribe: () => {
    throw new Error('A subscription has no source of its own.');
  },
};

/** The public schema, built from the resolvers. `schema.graphql` is this, printed, and a test holds them equal. */
export function createSchema(slices: Slices = createSlices(slice)): GraphQLSchema {
  const built = buildSchemaSync({
    resolvers,
    orphanedTypes: [...userErrorTypes],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validate: false,
    // By a whole introspection: Apollo checks the schema that it is given.
    skipCheck: true,
    pubSub: noPubSub,
  });
  // In alphabetical order for whoever reads it by introspection too.
  const schema = lexicographicSortSchema(built);
  describeRoots(schema);
  // Every value of an abstract type says what it is. TypeGraphQL wraps this in an async function; a plain one is
  // cheaper.
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename;
  }
  stripPlainFields(schema);
  unsetNulls(schema);
  paceFields(schema, slices);
  return schema;
}

/** TypeGraphQL has no place for the descriptions of the root types and of the schema itself. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation, subscription] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  if (!query || !mutation || !subscription) throw new Error('The schema has no root types.');
  schema.description =
    'Docker and OCI registries behind one API. Reads are answered from an index, and say with `freshness` how old ' +
    'they are. null for an argument or an input field is the same as leaving it out, unless its description says ' +
    'what null does.';
  query.description =
    'Reads. Every field is nullable: a field that fails is null, with an entry in `errors`, and the others are there.';
  mutation.description =
    'Changes. One argument `input` each, which says in one of two ways what it is about: by `id` (tags by `ids`), or ' +
    'by `registry`, a name or UUID, `repository`, a full name, and `tag` or `tags`. Failures that a caller can mend ' +
    'are in `userErrors` of the payload.';
  subscription.description =
    'Streams, at `/graphql/stream` by POST, as `text/event-stream` (the "distinct connections mode" of graphql-sse).';
}

/** The schema as text, types and fields in alphabetical order, so that a change shows as a small difference. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `# Written by "npm run schema" from the resolvers in src/graphql. Do not edit.\n\n${printSchema(schema)}\n`;
}
