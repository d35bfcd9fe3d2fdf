import { ProblemError, parseProblem } from "./problem";
import type { Upload } from "./types";

/** fetch cannot tell how much of a body is sent. */
export function uploadFile(
  file: File,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/uploads?filename=${encodeURIComponent(file.name)}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const body: unknown = request.response;
      const upload = request.status === 201 ? readUpload(body) : null;
      if (upload) resolve(upload);
      else reject(new ProblemError(parseProblem(body, request.status)));
    };
    request.onerror = () => reject(new ProblemError(parseProblem("The connection was lost.", 0)));
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function readUpload(body: unknown): Upload | null {
  if (typeof body !== "object" || body === null) return null;
  const { id, filename, size_bytes } = { id: null, filename: null, size_bytes: null, ...body };
  return typeof id === "string" && typeof filename === "string" && typeof size_bytes === "number"
    ? { id, filename, size_bytes }
    : null;
}
