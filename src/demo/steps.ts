import type { Built, Format } from './built.js';
import { buildImage, type HistorySpec, type LayerSpec } from './images.js';

/** A line of a Dockerfile as the history shows it; without a size it makes no layer. */
export interface DockerfileLine {
  readonly run: string;
  /** Bytes of the layer. */
  readonly size?: number;
  /** RFC 3339. */
  readonly at: string;
}

export type PlatformName = 'amd64' | 'arm64' | 'arm/v7';

const base = {
  alpine: [
    {
      run: '/bin/sh -c #(nop) ADD file:37a76ec18f9887751cd8473744917d08b7431fc4085097bb6a09d81b41775473 in / ',
      size: 187_236,
      at: '2023-09-28T21:19:27Z',
    },
    { run: '/bin/sh -c #(nop)  CMD ["/bin/sh"]', at: '2023-09-28T21:19:27Z' },
  ],
  debian: [
    {
      run: '/bin/sh -c #(nop) ADD file:b4987bca8c4c4c640d6b71dcccfd7172b44771e0f851a47d05c00c2bd4b2dbde in / ',
      size: 199_871,
      at: '2023-09-20T04:50:51Z',
    },
    { run: '/bin/sh -c #(nop)  CMD ["bash"]', at: '2023-09-20T04:50:51Z' },
  ],
  busybox: [{ run: 'BusyBox 1.36.1 (musl), Alpine 3.19.1', size: 54_310, at: '2023-05-18T22:34:17Z' }],
  none: [],
} satisfies Record<string, readonly DockerfileLine[]>;

export interface DemoImage {
  readonly from?: keyof typeof base;
  readonly steps?: readonly DockerfileLine[];
  readonly platform?: PlatformName;
  readonly created?: string | null;
  readonly author?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly cmd?: readonly string[];
  readonly format?: Format;
}

/** An image of one platform, from steps. Those that were the same on the same platform give the same layer. */
export function makeImage({ from = 'none', steps = [], platform = 'amd64', ...rest }: DemoImage): Built {
  const [arch = 'amd64', variant] = platform.split('/');
  const own: readonly DockerfileLine[] = steps;
  const all: readonly DockerfileLine[] = [...base[from], ...own];
  const layers: LayerSpec[] = [];
  const history: HistorySpec[] = [];
  for (const { run, size, at } of all) {
    // A layer is shared by whoever runs the same step on the same platform; COPY --link is the same on all of them.
    const seed = run.includes('--link') ? run : `${platform} ${run}`;
    if (size !== undefined) layers.push({ size, seed, command: run });
    history.push({ created: at, created_by: run, ...(size === undefined && { empty_layer: true }) });
  }
  return buildImage({ arch, ...(variant && { variant }), layers, history, ...rest });
}
