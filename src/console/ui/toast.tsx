import { createContext, use, useCallback, useState, type ReactNode } from 'react';

/** Says in a line what has just been done: it is read out, and goes by itself. */
type Tell = (text: string) => void;

const ToastContext = createContext<Tell>(() => undefined);

/** How long a line stays: milliseconds. */
const shown = 6000;

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [lines, setLines] = useState<readonly { readonly id: number; readonly text: string }[]>([]);
  const tell = useCallback<Tell>((text) => {
    const id = Date.now() + Math.random();
    setLines((before) => [...before.slice(-2), { id, text }]);
    setTimeout(() => setLines((before) => before.filter((line) => line.id !== id)), shown);
  }, []);
  return (
    <ToastContext value={tell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {lines.map(({ id, text }) => (
          <p key={id} className="toast">
            <bdi>{text}</bdi>
          </p>
        ))}
      </div>
    </ToastContext>
  );
}

export function useToast(): Tell {
  return use(ToastContext);
}
