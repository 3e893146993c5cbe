/** The id of the part of the page that scrolls: all but the frame. */
export const contentId = 'content';

export function scrollArea(): HTMLElement | null {
  return document.getElementById(contentId);
}
