import { z } from 'zod';
import { roles } from '../domain/account.js';
import { rights } from '../domain/grant.js';
import { exampleId as id, time, uuid } from './wire.js';

const heldGrant = z.object({
  registry: z.string().describe('Its name; `*` for every one.'),
  repositories: z.string().describe('A pattern of full names.'),
  right: z.enum(rights),
});
const grants = z.array(heldGrant).optional().describe('Rights in places, beside the roles.');
const roleList = z.array(z.enum(roles));

export const accountAnswer = z
  .object({
    id: uuid,
    username: z.string(),
    roles: roleList,
    grants,
    teams: z.array(z.string()).optional().describe('Names of its teams.'),
  })
  .meta({ examples: [{ id, username: 'ann', roles: ['registries:ro'] }] })
  .describe('An account, without anything of its password.');

export const roleAnswer = z
  .object({
    role_name: z.enum(roles),
    description: z.string(),
    rules: z.array(z.object({ path: z.string(), methods: z.array(z.string()) })),
  })
  .describe('A role, by the paths and methods of the documented API.');

export const serviceKeyAnswer = z
  .object({
    id: uuid,
    key: z.string().describe('The key itself where it was just made, once; else its id.'),
    description: z.string(),
    username: z.string().describe('Who made it.'),
    roles: roleList,
    created_at: time,
    expires_at: time,
    last_used_at: time.nullable(),
    last_used_from: z.string().nullable().describe('The address it was used from.'),
    grants,
  })
  .describe('A key for a machine.');

export const loginAnswer = z
  .object({
    auth_token: z.string().describe('For `X-Access-Token: username:token`.'),
    user_agent: z.string().describe('Of the request.'),
  })
  .describe('A login.');

const interval = z.number().int().min(1).describe('Seconds to wait before it is asked about.');

export const deviceLoginAnswer = z
  .object({
    handle: z.string().describe('By which the program asks about the login. It is a secret of the program.'),
    userCode: z.string().describe('What somebody enters at the provider.'),
    verificationUri: z.string().describe('Where.').meta({ format: 'uri' }),
    verificationUriComplete: z.string().optional().describe('The same with the code in it.').meta({ format: 'uri' }),
    expiresIn: z.number().int().min(1).describe('Seconds until the code is of no use.'),
    interval,
  })
  .describe('A login that waits for somebody to enter a code.');

export const deviceProgressAnswer = z
  .union([
    z.object({ status: z.literal('PENDING'), interval }).describe('Nobody has entered the code yet.'),
    z.object({
      status: z.literal('DONE'),
      token: z.string().describe('For `X-Access-Token: username:token`.'),
      username: z.string(),
      expiresAt: time,
    }),
  ])
  .describe('What became of a login. That it is done is told once.');
