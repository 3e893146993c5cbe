import { defineOperation, type NamedOperation } from '../graphql/server/executor.js';

export type Operation = NamedOperation;

/** The named operations the documented routes run. Each selects just what its route's JSON shows. */

const planFields = `
  fragment PlanFields on DeletionPlan {
    tags(first: 1000000) { name digest }
    manifests(first: 1000000)
    method
    reclaimable
    upstreamRequests
    needsApproval
    token
    expiresAt
  }`;

const jobFields = `
  fragment JobFields on Job { id kind: work registry { name } repository: repositoryName state done total
  parent { id } pieceCounts { state count } requestedBy cancelledBy approvedBy approvalExpiresAt failures
  { subject code message } failureCount createdAt startedAt estimatedEndAt finishedAt }`;

export const getRegistry = defineOperation(
  `query RestRegistry($registry: String!) { registry(name: $registry) { id name addr } }`,
);

/** Whether there is one of that name, tags or none. */
export const findRepository = defineOperation(`
  query RestFindRepository($registry: String!, $name: String!) { registry(name: $registry) { repository(name: $name)
  { name } } }`);

/** For the headers of a kept answer: they are as of now, whenever its body was made. */
export const readFreshness = defineOperation(`
  query RestFreshness($registry: String!) { registry(name: $registry) { freshness { state confirmedAt nextAttemptAt
  lastError { code message } } } }`);

export const readRepositoryFreshness = defineOperation(`
  query RestRepositoryFreshness($registry: String!, $name: String!) { repository(registry: $registry, name: $name) {
  freshness { state confirmedAt nextAttemptAt lastError { code message } } } }`);

export const deleteRepository = defineOperation(`
  mutation RestDeleteRepository($input: DeleteRepositoryInput!) {
    deleteRepository(input: $input) { deletedRepositoryId job { id } plan { ...PlanFields } }
  }${planFields}`);

export const getJob = defineOperation(`query RestJob($id: ID!) { job(id: $id) { ...JobFields } }${jobFields}`);

export const listJobs = defineOperation(`
  query RestJobs($first: Int!, $after: String, $filter: JobFilter!) {
  jobs(first: $first, after: $after, filter: $filter) { nodes { ...JobFields } pageInfo { hasNextPage endCursor } }
  }${jobFields}`);

export const listJobPieces = defineOperation(`
  query RestPieces($id: ID!, $first: Int!, $after: String, $states: [JobState!]) { job(id: $id) {
  pieces(first: $first, after: $after, states: $states) { nodes { ...JobFields } pageInfo { hasNextPage endCursor } }
  } }${jobFields}`);

export const undoJob = defineOperation(`
  mutation RestUndoJob($input: UndoJobInput!) {
    undoJob(input: $input) { job { id state } undo { tagCount restorable: tagCount(state: RESTORABLE)
    unknown: tagCount(state: UNKNOWN) present: tagCount(state: PRESENT) moved: tagCount(state: MOVED)
    gone: tagCount(state: IMAGE_GONE) } }
  }`);

export const deleteSelection = defineOperation(`
  mutation RestDeleteSelection($input: DeleteSelectionInput!) {
    deleteSelection(input: $input) { job { id } plan { tagCount manifestCount repositoryCount protectedTagCount
    unknownTagCount unreadRepositoryCount reclaimable upstreamRequests confirmedAt token expiresAt
    repositories(first: 1000000) { registry { name } repository { name } tagCount manifestCount reclaimable
    needsApproval tags(first: 1000000) { name digest } } } }
  }`);

export const cancelJob = defineOperation(`
  mutation RestCancelJob($id: ID!) { cancelJob(input: { id: $id }) { job { ...JobFields } } }${jobFields}`);

const tagFields = 'name digest imageId size updatedAt updatedAtSource';

const freshnessFields = 'freshness { state confirmedAt nextAttemptAt lastError { code message } }';

export const getTags = defineOperation(`
  query RestTags($registry: String!, $name: String!, $first: Int!, $after: String, $filter: TagFilter!,
  $orderBy: TagOrder!) { repository(registry: $registry, name: $name) { name ${freshnessFields}
  tags(first: $first, after: $after, filter: $filter, orderBy: $orderBy) { nodes { ${tagFields} }
  pageInfo { hasNextPage endCursor } } } }`);

export const getTag = defineOperation(`
  query RestTag($registry: String!, $name: String!, $tag: String!) { repository(registry: $registry, name: $name) {
  name ${freshnessFields} tag(name: $tag) { ${tagFields} } } }`);

export const deleteTags = defineOperation(`
  mutation RestDeleteTags($input: DeleteTagsInput!) {
    deleteTags(input: $input) { job { id state } plan { ...PlanFields } }
  }${planFields}`);

export const search = defineOperation(`
  query RestSearch($query: String!, $first: Int!, $after: String) {
  search(query: $query, first: $first, after: $after) {
  nodes { type: __typename
    ... on Registry { id name addr }
    ... on Repository { name size updatedAt tagCount registry { name } }
    ... on Tag { ${tagFields.replace('digest', 'tagDigest: digest')} repository { name registry { name } } }
    ... on Image { digest kind mediaType size } }
  pageInfo { hasNextPage endCursor } } }`);

export const addRegistry = defineOperation(`
  mutation RestAddRegistry($input: AddRegistryInput!) {
    addRegistry(input: $input) { registry { id } }
  }`);

export const testRegistry = defineOperation(`
  mutation RestTestRegistry($input: TestRegistryInput!) {
    testRegistry(input: $input) {
      passed
      steps { kind state message hint code certificate { subject issuer validFrom validTo } }
    }
  }`);

export const removeRegistry = defineOperation(`
  mutation RestRemoveRegistry($registry: String!) {
    removeRegistry(input: { registry: $registry }) { removedRegistryId }
  }`);

export const updateRegistry = defineOperation(`
  mutation RestUpdateRegistry($input: UpdateRegistryInput!) {
    updateRegistry(input: $input) { registry { id name addr } }
  }`);

export const refresh = defineOperation(
  'mutation RestRefresh($input: RefreshInput!) { refresh(input: $input) { job { id } node { id } } }',
);

export const logout = defineOperation('mutation RestLogout { logout { token { id } } }');

export const login = defineOperation(`
  mutation RestLogin($username: String!, $password: String!) {
    login(input: { username: $username, password: $password }) { token }
  }`);

const grantFields = 'grants { registry { name } repositories right }';

const accountFields = `id username roles teams ${grantFields}`;

export const getViewer = defineOperation('query RestViewer { viewer { username } }');

export const getAccounts = defineOperation(
  `query RestAccounts { accounts(first: 1000000) { nodes { ${accountFields} } } }`,
);

export const getAccount = defineOperation(
  `query RestAccount($username: String!) { account(username: $username) { ${accountFields} } }`,
);

export const getAccountGrants = defineOperation(`
  query RestAccountGrants($username: String!) {
    account(username: $username) { grants { id registry { id name } repositories right } }
  }`);

export const grantAccess = defineOperation(
  'mutation RestGrantAccess($input: GrantAccessInput!) { grantAccess(input: $input) { grant { id } } }',
);

export const revokeGrant = defineOperation(
  'mutation RestRevokeGrant($id: ID!) { revokeGrant(input: { id: $id }) { grant { id } } }',
);

export const createAccount = defineOperation(
  'mutation RestCreateAccount($input: CreateAccountInput!) { createAccount(input: $input) { account { id } } }',
);

export const updateAccount = defineOperation(
  'mutation RestUpdateAccount($input: UpdateAccountInput!) { updateAccount(input: $input) { account { id } } }',
);

export const deleteAccount = defineOperation(`
  mutation RestDeleteAccount($username: String!) {
    deleteAccount(input: { username: $username }) { deletedUsername }
  }`);

export const changePassword = defineOperation(
  'mutation RestChangePassword($input: ChangePasswordInput!) { changePassword(input: $input) { account { id } } }',
);

const tokenFields = `
  fragment TokenFields on Token { id username label roles createdAt expiresAt lastUsedAt lastUsedFrom ${grantFields} }`;

export const listServiceKeys = defineOperation(`
  query RestServiceKeys($after: String) {
    tokens(first: 500, after: $after, filter: { kind: SERVICE_KEY, valid: true }) {
      nodes { ...TokenFields }
      pageInfo { hasNextPage endCursor }
    }
  }${tokenFields}`);

export const createServiceKey = defineOperation(`
  mutation RestCreateServiceKey($input: CreateTokenInput!) {
    createToken(input: $input) { token { ...TokenFields } secret }
  }${tokenFields}`);

export const revokeServiceKey = defineOperation(
  'mutation RestRevokeServiceKey($input: RevokeTokenInput!) { revokeToken(input: $input) { token { id } } }',
);

export const operations = [
  getRegistry,
  findRepository,
  readFreshness,
  readRepositoryFreshness,
  deleteRepository,
  getJob,
  listJobs,
  listJobPieces,
  undoJob,
  deleteSelection,
  cancelJob,
  getTags,
  getTag,
  deleteTags,
  search,
  addRegistry,
  updateRegistry,
  testRegistry,
  removeRegistry,
  refresh,
  login,
  logout,
  getViewer,
  getAccounts,
  getAccount,
  getAccountGrants,
  grantAccess,
  revokeGrant,
  createAccount,
  updateAccount,
  deleteAccount,
  changePassword,
  listServiceKeys,
  createServiceKey,
  revokeServiceKey,
];
