# The npm package on Debian slim with Node 24. Build: docker build -t selfsame .
FROM node:24-bookworm-slim AS pack
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
COPY packages/contract/package.json packages/contract/
COPY packages/server/package.json packages/server/
COPY tools/empty-package tools/empty-package
RUN npm ci --ignore-scripts
COPY . .
RUN node packaging/pack.ts /packed

FROM node:24-bookworm-slim AS install
WORKDIR /app
# The overrides omit binaries for GPUs and other platforms. Packages contain their binaries and run no install scripts.
COPY packaging/overrides.json package.json
COPY tools/empty-package empty-package
COPY --from=pack /packed/ /packed/
RUN npm install --ignore-scripts --no-audit --no-fund /packed/selfsame-*.tgz && npm cache clean --force

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
COPY --from=install /app /app
ENV NODE_ENV=production \
    SELFSAME_HOST=0.0.0.0 \
    SELFSAME_DATA_DIR=/data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8642
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8642/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/node_modules/.bin/selfsame"]
CMD ["serve"]
