import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/runs.css";
import "./styles/search.css";
import "./styles/graph.css";
import "./styles/history.css";
import "./styles/diagnosis.css";
import "./styles/logs.css";
import "./styles/records.css";
import "./styles/guidance.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
