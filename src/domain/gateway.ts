/** How the console is called and coloured here, as the settings say; null: as it comes. */
export interface Branding {
  readonly name: string | null;
  readonly accent: HexColour | null;
  readonly logo: Logo | null;
}

/** `#rrggbb`, in small letters. */
export type HexColour = `#${string}`;

/** A picture as its file had it. */
export interface Logo {
  readonly form: 'svg' | 'png';
  readonly body: Buffer;
}

export const noBranding: Branding = { name: null, accent: null, logo: null };

/** The gateway itself, as a page may know it. Nothing of it changes while the gateway runs. */
export interface GatewayFacts {
  readonly version: string;
  /** PUBLIC_URL; null: it is not set. */
  readonly publicUrl: string | null;
  readonly isConsoleServed: boolean;
  /** The provider that people log in by, as they call it; null: there is none. */
  readonly signOn: string | null;
  readonly branding: Pick<Branding, 'name' | 'accent'> & {
    /** The address of the picture, below the gateway's root; null: there is none, or no console to show it. */
    readonly logo: string | null;
  };
  /** Days that things are kept. */
  readonly kept: {
    readonly jobDays: number;
    /** null: for ever. */
    readonly auditDays: number | null;
    readonly eventDays: number;
    readonly historyDays: number;
  };
  /** The bounds of one caller and of one operation. */
  readonly limits: {
    /** Each minute. */
    readonly requests: number;
    readonly streams: number;
    /** MiB. */
    readonly answer: number;
    /** Seconds. */
    readonly operationTime: number;
  };
}
