import type { DeleteCapability, Registry } from '../../domain/registry.js';
import { type ErrorCode, GatewayError } from '../../errors.js';

/** Refusals of one deletion that every other one in the registry would meet too. */
export const registryWideRefusals: readonly ErrorCode[] = ['DELETE_DISABLED', 'READ_ONLY'];

export function isOfWholeRegistry(code: ErrorCode | null): boolean {
  return code !== null && registryWideRefusals.includes(code);
}

/**
 * Builds the error that says why a registry which was probed deletes nothing. `outcome` begins with a blank, and says
 * what was done until then.
 */
export function describeRefusal(
  registry: Pick<Registry, 'name' | 'username'>,
  capability: Exclude<DeleteCapability, 'enabled'>,
  outcome = ' Nothing was touched.',
): GatewayError {
  const { name, username } = registry;
  const facts = (hint: string) => ({ registry: name, hint });
  switch (capability) {
    case 'disabled':
      return new GatewayError(
        'DELETE_DISABLED',
        `The registry ${name} does not delete images.${outcome}`,
        facts(distributionSwitch),
      );
    case 'unsupported':
      return new GatewayError(
        'DELETE_DISABLED',
        `The registry ${name} does not delete images.${outcome}`,
        facts(anySwitch),
      );
    case 'read-only':
      return new GatewayError(
        'READ_ONLY',
        `The registry ${name} is in read-only mode.${outcome}`,
        facts(maintenanceSwitch),
      );
    case 'forbidden':
      return username === null
        ? new GatewayError(
            'UPSTREAM_AUTH',
            `The registry ${name} refuses to delete for the gateway, which has no account there.${outcome}`,
            facts(noAccount),
          )
        : new GatewayError(
            'UPSTREAM_AUTH',
            `The account the gateway has at ${name} may not delete there.${outcome}`,
            facts(otherAccount),
          );
  }
}

const distributionSwitch =
  'In the configuration of the registry set storage.delete.enabled to true (REGISTRY_STORAGE_DELETE_ENABLED=true) ' +
  'and restart it. A hosted service may offer deleting by an API of its own only.';
const anySwitch =
  'Look in the documents of the registry for how deleting through its API is switched on; some never offer it.';
const maintenanceSwitch =
  'In the configuration of the registry set storage.maintenance.readonly.enabled to false and restart it.';
const otherAccount = 'Attach the registry with an account that may delete.';
const noAccount =
  'Attach the registry with an account that may delete; where it has no accounts, switch deleting on in its ' +
  'configuration.';
