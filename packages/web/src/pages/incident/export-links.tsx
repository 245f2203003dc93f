import { API_PREFIX, type IncidentDetail } from '@cordon/contract';

const FORMATS = [
  { path: 'stix', text: 'STIX 2.1', suffix: 'stix' },
  { path: 'attack-flow', text: 'Attack Flow', suffix: 'attack-flow' },
] as const;

/** The incident as files for other tools. */
export function ExportLinks({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <nav aria-label="Take the incident out" className="row wrap small">
      <span className="muted">Export</span>
      {FORMATS.map(({ path, text, suffix }) => (
        <a
          key={path}
          href={`${API_PREFIX}/incidents/${incident.id}/${path}`}
          download={`${incident.name}.${suffix}.json`}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}
