import type { ReactNode } from 'react';
import type { TextName } from '../text/texts.js';
import { useLanguage } from '../text/context.js';
import { Icon } from './icon.js';

export interface NewsProps {
  /** 0: nothing is new. */
  readonly count: number;
  /** The sentence, which may have `n`. */
  readonly text: TextName;
  readonly onShow: () => void;
}

/** Says that something is new above the list, which stays as it is until this is pressed. */
export function News({ count, text, onShow }: NewsProps): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="news" role="status">
      {count > 0 && (
        <button type="button" className="news-button" onClick={onShow}>
          <Icon name="refresh" />
          {t(text, { n: count })}
        </button>
      )}
    </div>
  );
}
