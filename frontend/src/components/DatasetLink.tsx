import type { ReactNode } from "react";
import { AnchorLink } from "./links";

interface Props {
  datasetId: number;
  version: number;
  children: ReactNode;
  "data-testid"?: string;
}

/** To a version of a stored data set. */
export function DatasetLink({ datasetId, version, children, ...rest }: Props) {
  return (
    <AnchorLink to="/datasets/$datasetId" params={{ datasetId }} search={{ version }} size="sm" {...rest}>
      {children}
    </AnchorLink>
  );
}
