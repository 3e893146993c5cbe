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
