/** Puts a text on the clipboard; false: the browser did not let it. */
export async function copyText(text: string): Promise<boolean> {
  // A page that is not served by https has no such object, and may still fill what a copy takes.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    const isDone = await clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isDone) return true;
  }
  return fillCopy(text);
}

/** Has the browser copy, and gives it the text for what is selected. */
function fillCopy(text: string): boolean {
  let isFilled = false;
  const fill = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    isFilled = true;
  };
  document.addEventListener('copy', fill, { capture: true });
  try {
    // Nothing else copies without https.
    // oxlint-disable-next-line typescript/no-deprecated
    return document.execCommand('copy') && isFilled;
  } finally {
    document.removeEventListener('copy', fill, { capture: true });
  }
}
