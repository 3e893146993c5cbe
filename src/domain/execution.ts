import type { ImageProblem } from './image.js';

/** A variable of a container's environment. Its value may be a secret: it is never stored, and not told to everyone. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** How a container is found to be well: as Docker's images say it. Times in seconds; null: it does not say. */
export interface Healthcheck {
  /** `["CMD", …]` or `["CMD-SHELL", …]`; `["NONE"]` ends one that a base image has. */
  readonly test: readonly string[];
  readonly intervalSeconds: number | null;
  readonly timeoutSeconds: number | null;
  readonly startPeriodSeconds: number | null;
  readonly startIntervalSeconds: number | null;
  readonly retries: number | null;
}

/** How a container of the image is run: OCI image-spec, config.md, execution parameters. null: it does not say. */
export interface ExecutionParameters {
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly shell: readonly string[] | null;
  readonly user: string | null;
  readonly workingDirectory: string | null;
  /** `8080/tcp`, in order. */
  readonly exposedPorts: readonly string[];
  /** Paths, in order. */
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly healthcheck: Healthcheck | null;
  /** In the config's order; the last of a name counts. */
  readonly environment: readonly EnvironmentVariable[];
  readonly problems: readonly ImageProblem[];
}
