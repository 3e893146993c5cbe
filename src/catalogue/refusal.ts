import type { DeleteCapability, Registry } from '../domain/registry.js';
import { GatewayError } from '../errors.js';

/** Why a registry that was probed deletes nothing. `outcome` says what was done until then. */
export function describeRefusal({ name: registry }: Registry, capability: Exclude<DeleteCapability, 'enabled'>, outcome = 'Nothing was touched.'): GatewayError {
  switch (capability) {
    case 'disabled':
      return new GatewayError('DELETE_DISABLED', `The registry ${registry} does not delete images. ${outcome}`, {
        registry,
        hint: 'In the configuration of the registry set storage.delete.enabled to true (REGISTRY_STORAGE_DELETE_ENABLED=true) and restart it.',
      });
    case 'read-only':
      return new GatewayError('READ_ONLY', `The registry ${registry} is in read-only mode. ${outcome}`, {
        registry,
        hint: 'In the configuration of the registry set storage.maintenance.readonly.enabled to false and restart it.',
      });
    case 'forbidden':
      return new GatewayError('UPSTREAM_AUTH', `The account the gateway has at ${registry} may not delete there. ${outcome}`, {
        registry,
        hint: 'Attach the registry with an account that may delete.',
      });
  }
}
