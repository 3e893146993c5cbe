import type { Command } from 'commander';
import { systemTimer } from '../../timer.js';
import type { Io } from '../io.js';
import { addAccountCommands } from './account.js';
import { addAuditCommands } from './audit.js';
import { addDiskUsageCommand } from './du.js';
import { addGrantCommands } from './grant.js';
import { addJobCommands } from './job.js';
import { addLoginCommands } from './login.js';
import { addPasswordCommand } from './password.js';
import { terminalPrompt } from './prompt.js';
import { addProtectionCommands } from './protection.js';
import { addRegistryCommands } from './registry.js';
import type { Surroundings } from './remote.js';
import { addRepositoryCommands } from './repo.js';
import { addRetentionCommands } from './retention.js';
import { addSearchCommand } from './search.js';
import { addSyncCommand } from './sync.js';
import { addTagCommands } from './tag.js';
import { addTeamCommands } from './team.js';
import { addTokensCommands } from './tokens.js';
import { addWebhookCommands } from './webhook.js';

/** The commands that speak GraphQL to a running gateway. None loads any of the gateway's own code. */
export function addRemoteCommands(program: Command, io: Io, given: Partial<Surroundings>): void {
  const around: Surroundings = { timer: systemTimer, clock: () => new Date(), prompt: terminalPrompt, ...given, io };
  addLoginCommands(program, around);
  addPasswordCommand(program, around);
  addAccountCommands(program, around);
  addGrantCommands(program, around);
  addTeamCommands(program, around);
  addTokensCommands(program, around);
  addRegistryCommands(program, around);
  addRepositoryCommands(program, around);
  addTagCommands(program, around);
  addSearchCommand(program, around);
  addDiskUsageCommand(program, around);
  addSyncCommand(program, around);
  addJobCommands(program, around);
  addProtectionCommands(program, around);
  addRetentionCommands(program, around);
  addWebhookCommands(program, around);
  addAuditCommands(program, around);
}
