import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** Runs one OpenSearch node until it is killed. Arguments: data folder, HTTP port, transport port. */
public class RunOpenSearch {
  public static void main(String[] args) throws Exception {
    new OpenSearchRunner()
        .onBuild(
            (number, settings) -> {
              settings.put("discovery.type", "single-node");
              settings.put("network.host", "127.0.0.1");
              settings.put("http.port", args[1]);
              settings.put("transport.port", args[2]);
              settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            })
        .build(OpenSearchRunner.newConfigs().basePath(args[0]).numOfNode(1));
    // The runner's threads are daemons.
    new CountDownLatch(1).await();
  }
}
