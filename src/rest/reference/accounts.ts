import { type DescribedOperation, nothing } from './operation.js';

const named: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/accounts',
    id: 'listAccounts',
    tag: 'Accounts',
    summary: 'List accounts',
    description: 'For admins.',
    answers: { 200: { description: 'All of them.', shape: ['Account'] } },
  },
  {
    method: 'post',
    route: '/api/accounts',
    id: 'saveAccount',
    tag: 'Accounts',
    summary: 'Make or change an account',
    description:
      'With a password where there is none of the name, without one where there is. Grants are then all that it has; ' +
      'where they are left out it keeps those that it has.',
    body: 'NewAccount',
    answers: { 204: nothing },
    errors: [404, 409, 422, 507],
  },
  {
    method: 'get',
    route: '/api/accounts/:username',
    id: 'getAccount',
    tag: 'Accounts',
    summary: 'Get an account',
    answers: { 200: { description: 'The account.', shape: 'Account' } },
    errors: [404],
  },
  {
    method: 'delete',
    route: '/api/accounts/:username',
    id: 'deleteAccount',
    tag: 'Accounts',
    summary: 'Remove an account',
    description: 'With its tokens, and the service keys that it made.',
    answers: { 204: nothing },
    errors: [404, 409, 507],
  },
  {
    method: 'get',
    route: '/api/roles',
    id: 'listRoles',
    tag: 'Accounts',
    summary: 'List roles',
    answers: { 200: { description: 'All there are.', shape: ['Role'] } },
  },
  {
    method: 'get',
    route: '/api/roles/:name',
    id: 'getRole',
    tag: 'Accounts',
    summary: 'Get a role',
    answers: { 200: { description: 'The role.', shape: 'Role' } },
    errors: [404],
  },
];

const keys: readonly DescribedOperation[] = [
  {
    method: 'get',
    route: '/api/servicekeys',
    id: 'listServiceKeys',
    tag: 'Accounts',
    summary: 'List service keys',
    description: "One's own, and for admins all; with the id in the place of the key.",
    answers: { 200: { description: 'All of them.', shape: ['ServiceKey'] } },
  },
  {
    method: 'post',
    route: '/api/servicekeys',
    id: 'makeServiceKey',
    tag: 'Accounts',
    summary: 'Make a service key',
    body: 'NewServiceKey',
    answers: { 200: { description: 'The key, with itself, once.', shape: 'ServiceKey' } },
    errors: [404, 409, 422, 507],
  },
  {
    method: 'delete',
    route: '/api/servicekeys',
    id: 'endServiceKey',
    tag: 'Accounts',
    summary: 'End a service key that one has',
    description: 'Or one whose id is known, as `DELETE /api/servicekeys/(id)` does.',
    body: 'ServiceKeyName',
    answers: { 204: nothing },
    errors: [404, 422, 507],
  },
  {
    method: 'delete',
    route: '/api/servicekeys/:id',
    id: 'endServiceKeyById',
    tag: 'Accounts',
    summary: 'End a service key',
    answers: { 204: nothing },
    errors: [404, 507],
  },
];

const logins: readonly DescribedOperation[] = [
  {
    method: 'post',
    route: '/auth/login',
    id: 'logIn',
    tag: 'Logins',
    summary: 'Log in',
    description: 'Gives a token for 24 hours. A form is taken from pages of the gateway itself, and from no browser.',
    body: 'Credentials',
    takesForm: true,
    token: 'none',
    answers: { 200: { description: 'The token.', shape: 'Login' } },
    errors: [422, 507],
  },
  {
    method: 'post',
    route: '/auth/logout',
    id: 'logOut',
    tag: 'Logins',
    summary: 'Log out',
    description: 'Ends the token that it is sent with.',
    answers: { 204: nothing },
    errors: [404, 409, 507],
  },
  {
    method: 'post',
    route: '/account/changepassword',
    id: 'changePassword',
    tag: 'Logins',
    summary: 'Change a password',
    description: "Of the token's account; with a user name that one's, and no token is needed.",
    body: 'NewPassword',
    token: 'optional',
    answers: { 204: nothing },
    errors: [404, 409, 422, 507],
  },
];

const deviceLogins: readonly DescribedOperation[] = [
  {
    method: 'post',
    route: '/auth/device',
    id: 'beginDeviceLogin',
    tag: 'Logins',
    summary: 'Begin a login by single sign-on, for a program without a browser',
    description:
      'Somebody enters the code at the OpenID Provider, on any device. 404 where the gateway has none. A browser is ' +
      'refused: pages log in by `GET /auth/login`.',
    token: 'none',
    needsProvider: true,
    answers: { 200: { description: 'The code, and the handle of the login.', shape: 'DeviceLogin' } },
    errors: [404],
  },
  {
    method: 'post',
    route: '/auth/device/token',
    id: 'finishDeviceLogin',
    tag: 'Logins',
    summary: 'Ask what became of a login by single sign-on',
    description:
      'Each `interval` seconds, until it is done: the provider is asked no sooner. 401 when the login is over, 403 ' +
      'when nobody was let in, 404 where the gateway has no OpenID Provider.',
    body: 'DeviceLoginHandle',
    token: 'none',
    needsProvider: true,
    answers: { 200: { description: 'The token once it is done.', shape: 'DeviceLoginProgress' } },
    errors: [404],
  },
];

/** Who may do what, and how they come in. */
export const ofAccounts = [...named, ...keys, ...logins, ...deviceLogins];
