import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  datasetId: number;
  version: number;
  children: ReactNode;
  "data-testid"?: string;
}

/** To a version of a stored data set. */
export function DatasetLink({ datasetId, version, children, ...rest }: Props) {
  return (
    <Anchor href={`/datasets/${datasetId}?version=${version}`} size="sm" {...rest}>
      {children}
    </Anchor>
  );
}
