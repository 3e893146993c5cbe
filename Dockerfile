# Needs BuildKit, which is Docker's builder since version 23, or Buildah.
# Node is pinned by version. A release pins its digest too: docs/releasing.md.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package of the lock needs its install script here: the image has Node, and the native modules come compiled.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY bin bin
COPY src src
# The gateway serves its documentation: the build makes pages of it.
COPY README.md ./
COPY docs docs
# /data is empty, and root's: the final stage copies it with another owner.
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund && mkdir /data

FROM node:${NODE_VERSION}-bookworm-slim
LABEL org.opencontainers.image.title="registry-gateway" \
      org.opencontainers.image.description="One GraphQL API, and the documented Shipyard REST routes, in front of any number of Docker/OCI registries" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATABASE_URL=sqlite:/data/gateway.db
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/bin bin
COPY --from=build /app/dist dist
COPY --from=build --chown=65532:65532 --chmod=0700 /data /data
RUN ["ln", "-s", "/app/bin/registry-gateway.cjs", "/usr/local/bin/registry-gateway"]
# A number, so that an orchestrator can see that it is not root.
USER 65532:65532
VOLUME ["/data"]
EXPOSE 4000
STOPSIGNAL SIGTERM
# No shell is in the way of signals, and none is needed.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["registry-gateway", "healthcheck"]
# Megabytes; for its youngest objects Node takes three times that, and some 100 MB where it is not said.
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/bin/registry-gateway.cjs"]
CMD ["serve"]
