import { createContext, use, type ReactNode } from 'react';
import { useLanguage } from '../text/context.js';
import { Icon } from './icon.js';

/** How the console is called here, as the page's body says it; undefined: as it comes. */
export interface Brand {
  readonly name?: string;
  /** The address of a picture, below the gateway's root. */
  readonly logo?: string;
}

export const BrandContext = createContext<Brand>({});

export function useBrandName(): string {
  const { t } = useLanguage();
  return use(BrandContext).name ?? t('app.name');
}

/** The picture that stands for it, which says nothing beside the name. */
export function BrandMark(): ReactNode {
  const { logo } = use(BrandContext);
  return logo === undefined ? <Icon name="box" /> : <img className="brand-logo" src={logo} alt="" />;
}
