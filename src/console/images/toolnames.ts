import type { PullTool } from '../operations/image.js';

/** Tools that take images from registries, as they call themselves. */
export const toolNames: Readonly<Record<PullTool, string>> = {
  DOCKER: 'Docker',
  PODMAN: 'Podman',
  CRANE: 'crane',
  SKOPEO: 'Skopeo',
  KUBERNETES: 'Kubernetes',
  HELM: 'Helm',
  ORAS: 'ORAS',
};
