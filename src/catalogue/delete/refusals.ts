import type { DeleteCapability, Registry } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';

/** Why a registry that was probed deletes nothing. `outcome` says what was done until then, after a blank. */
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
  'and restart it. ' +
  'A hosted service may offer deleting by an API of its own only.';
const anySwitch =
  'Look in the documents of the registry for how deleting through its API is switched on; some never offer it.';
const maintenanceSwitch =
  'In the configuration of the registry set storage.maintenance.readonly.enabled to false and restart it.';
const otherAccount = 'Attach the registry with an account that may delete.';
const noAccount =
  'Attach the registry with an account that may delete; where it has no accounts, switch deleting on in its ' +
  'configuration.';
