interface BodyDescriptor {
  readonly digest: string;
  readonly mediaType?: string;
  readonly urls?: readonly string[];
  readonly platform?: { readonly os?: string; readonly architecture?: string };
}

export interface ManifestBody {
  readonly mediaType?: string;
  readonly config?: BodyDescriptor;
  readonly layers?: readonly BodyDescriptor[];
  readonly manifests?: readonly BodyDescriptor[];
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: BodyDescriptor;
}

/** The parts that name other content. null when it is no JSON object. */
export function parseBody(bytes: Buffer): ManifestBody | null {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** Whether what it names is lists of descriptors, as OCI image-spec 1.1 has them: a client may push any JSON. */
export function isWellFormed({ config, layers, manifests, subject }: ManifestBody): boolean {
  const lists: readonly unknown[] = [layers ?? [], manifests ?? []];
  return (
    [config, subject].every((each: unknown) => (each ?? null) === null || isDescriptor(each)) &&
    lists.every((list) => Array.isArray(list) && list.every(isDescriptor))
  );
}

function isDescriptor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Partial<BodyDescriptor>).digest === 'string';
}
