import { configs, parser, rules } from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';
import { parse } from 'graphql';

const prefix = '@graphql-eslint/';

/** Rules of the plugin whose defaults ask for more than the specifications of GraphQL and Relay do. */
const options = {
  // Relay's specification asks for one direction. Pages are read forwards: the index keeps no list backwards.
  'relay-arguments': { includeBoth: false },
  // A list that is short and whole needs no pages, and `nodes` beside `edges` saves whoever needs no cursor a level.
  'relay-edge-types': { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
  // What an operation answers, and what holds a list together, is no thing that could be asked for again.
  'strict-id-in-types': { exceptions: { suffixes: ['Payload', 'Connection', 'Edge', 'Error'] } },
};

/** Types that break a rule, each with why it may. One that no longer breaks it is complained of. */
const exceptions = {
  'relay-edge-types': {
    AccountEdge: 'It is asked for by its name, which never changes; only admins see others than their own.',
    TeamEdge: 'As AccountEdge.',
    TokenEdge: 'Once it is made only its end changes; nobody sees more of it than in that list.',
    AuditEntryEdge: 'An entry is never changed, so that nobody asks for it again; only admins see it, in the log.',
    DeletionStepEdge: 'A step is seen in its job, which has an id.',
    EventEdge: 'An event is never changed, and goes with time: what it is about is asked for again.',
    TagRevisionEdge: 'A revision is told by its tag and its time, and goes when a hundred others have come.',
    NamespaceEdge: 'It is a part of names, made anew for each answer: its path tells it.',
    RepositoryGroupEdge: 'It is put together for each answer: its name tells it.',
    FormerRepositoryEdge: 'What is known of it is its past, by its name: it comes back as a repository.',
  },
  'strict-id-in-types': {
    ApprovalRule: 'Rules are replaced together.',
    ContentProblem: 'A part of its content.',
    NotificationSetup: 'Text, made anew for each answer.',
    SetupBlank: 'A part of it.',
    DeletionBlocker: 'A reason, derived anew for each answer.',
    ConnectionStep: 'A part of the answer to one question.',
    ServerCertificate: 'A part of its step.',
    SelectionPlan: 'It has a token, which is no id: it stands for what was shown, and runs out.',
    RepositorySelection: 'A line of a plan.',
    BaseImage: 'It may have a digest: what annotations name may be anywhere.',
    DeletionPlan: 'It has a token, which is no id: it stands for what was shown, and runs out.',
    DeletionStep: 'A part of its job.',
    EnvironmentVariable: 'A part of its config.',
    Drift: 'A part of its group.',
    FacetCount: 'A line of a list.',
    Freshness: 'A part of what it is the freshness of.',
    Healthcheck: 'A part of its config.',
    HeldGrant: 'A part of the viewer, which several grants may have made.',
    Gateway: 'There is one.',
    GatewayBranding: 'A part of the gateway.',
    GatewayKept: 'A part of the gateway.',
    GatewayLimits: 'A part of the gateway.',
    GatewayLinks: 'A part of the gateway.',
    Preferences: 'A part of the viewer.',
    PinnedRepository: 'A part of the preferences: its names are all of it.',
    SavedView: 'A part of the preferences: its path tells it from others.',
    HistoryEntry: 'A line of what an image says of itself: the same line may come twice.',
    ImageConfig: 'It has a digest.',
    ImageComparison: 'An answer to one question.',
    LayerComparison: 'A line of a comparison.',
    LayerSizes: 'A part of a comparison.',
    LayerUse: 'It has a digest: an answer to one question.',
    RepositoryGrowth: 'A row of an answer: its repository has an id.',
    PlatformComparison: 'A part of a comparison.',
    StepComparison: 'A line of a comparison.',
    TextComparison: 'A line of a comparison.',
    InTotoStatement: 'A part of its content.',
    ImageProblem: 'A part of its image.',
    JobFailure: 'A part of its job.',
    KeptImage: 'A line of a plan.',
    KeptTag: 'A line of a preview.',
    KeyValue: 'A pair.',
    JobStateCount: 'A part of its job.',
    Layer: 'It has a digest: the same blob is a layer of many images, with another command in each.',
    Namespace: 'See NamespaceEdge.',
    PageInfo: 'Relay says what it has.',
    Platform: 'It has a digest, and the same manifest may stand for several platforms of an index.',
    ProtectionRule: 'Rules are replaced together.',
    PullCommand: 'A part of its tag.',
    Referrer: 'It has a digest.',
    ReferrerContent: 'It has a digest.',
    RegistryCapabilities: 'A part of its registry.',
    RegistryHealth: 'A part of its registry.',
    RegistryProxy: 'A part of its registry.',
    RepositoryFacets: 'An answer to one question.',
    RepositoryGroup: 'See RepositoryGroupEdge.',
    Retention: 'A part of its registry.',
    RetentionPreview: 'An answer to one question.',
    GoingRepository: 'A line of a preview.',
    ProtectedRepository: 'A line of a preview.',
    ProtectionPreview: 'An answer to one question.',
    RegistryRetentionPreview: 'An answer to one question.',
    RetentionRule: 'Rules are replaced together.',
    SearchCount: 'A line of a list.',
    SearchMark: 'A part of a text.',
    Sbom: 'A part of its content.',
    SbomPackage: 'A line of its SBOM.',
    SeriesPoint: 'A part of a range of time.',
    SignatureClaims: 'A part of its content.',
    SourceStatus: 'A line of a list, about a registry that has an id.',
    FormerRepository: 'See FormerRepositoryEdge.',
    StatementSubject: 'A line of its statement.',
    TagRevision: 'See TagRevisionEdge.',
    TagFacets: 'An answer to one question.',
    TagsSize: 'An answer to one question.',
    Undo: 'An answer to one question.',
    UndoneTag: 'A line of an answer, of a tag that may be gone.',
    UpstreamBudget: 'A part of its registry.',
    UpstreamProblem: 'A part of the error that it explains.',
    Viewer: 'Whoever asks. There is no other to be told from.',
    WebhookDelivery: 'A part of its webhook.',
  },
};

/** What the rules for schemas and for Relay's conventions complain of, a sentence each. */
export async function lintSchema(text) {
  const { 'flat/schema-recommended': recommended, 'flat/schema-relay': relay } = configs;
  const own = Object.entries(options).map(([rule, given]) => [prefix + rule, ['error', given]]);
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.graphql'],
      plugins: { '@graphql-eslint': { rules } },
      languageOptions: { parser, parserOptions: { graphQLConfig: { schema: text } } },
      rules: { ...recommended.rules, ...relay.rules, ...Object.fromEntries(own) },
    },
  });
  const [{ messages }] = await eslint.lintText(text, { filePath: 'schema.graphql' });
  return judge(messages, parse(text).definitions);
}

function judge(messages, definitions) {
  const unused = new Set(
    Object.entries(exceptions).flatMap(([rule, types]) => Object.keys(types).map((type) => `${rule} ${type}`)),
  );
  const complaints = messages.flatMap(({ ruleId, line, message }) => {
    const type = definitions.find(({ loc }) => loc.startToken.line <= line && line <= loc.endToken.line)?.name?.value;
    const rule = (ruleId ?? '').replace(prefix, '');
    const isAllowed = Object.hasOwn(exceptions[rule] ?? {}, type ?? '');
    unused.delete(`${rule} ${type}`);
    return isAllowed ? [] : [`${type ?? `line ${line}`}: ${message.replaceAll(/\s+/g, ' ')} (${rule})`];
  });
  return [...complaints, ...[...unused].map((one) => `${one}: it is no exception any more. Take it off the list.`)];
}
