import { useRouter } from '@tanstack/react-router';

/** Whether the console has a screen at this address: no way leads to one that it has not. */
export function useHasScreen(path: string): boolean {
  return path in useRouter().routesByPath;
}
