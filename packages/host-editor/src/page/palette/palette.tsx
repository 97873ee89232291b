import { useBoot } from '../boot.ts';

export function Palette() {
  const { definitions } = useBoot();
  return (
    <ul>
      {definitions.map(({ id, title }) => (
        <li key={id}>{title}</li>
      ))}
    </ul>
  );
}
