using System.CommandLine;
using RealtimeAkka.Hosting.Store;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions ship</c>: copies to the database what it lacks of the recorded sessions.</summary>
internal static class SessionShipCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var which = new SessionArguments();
        var since = SessionOptions.Since("Only sessions that started since then");
        var command = new Command(
            "ship",
            $"Copy what the database of {StoreVariables.Connection} lacks of the recorded sessions; exit code 1: it does not answer.")
            { since, which.Data };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.InvocationConfiguration, which.Directory(parsed), parsed.GetValue(since), cancellation));
        return command;
    }

    // Until folders that cannot be read are tried again.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private static async Task<int> RunAsync(
        InvocationConfiguration io, string directory, DateTimeOffset? since, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        await using var store = PostgresStore.Open(clock);
        var shipper = new StoreShipper(
            directory, store, since is { } time ? clock.GetUtcNow() - time : null, clock, SessionOptions.Warn(io));
        shipper.Scan();
        var (records, failures) = (0L, 0);
        for (var hasMore = true; hasMore;)
        {
            try
            {
                var pass = await shipper.PassAsync(cancellation).ConfigureAwait(false);
                records += pass.Records;
                hasMore = pass.HasWritten || pass.HasMore || pass.Unreadable > 0;
                if (pass is { HasWritten: false, HasMore: false, Unreadable: > 0 })
                    await Task.Delay(Again, cancellation).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.IsRefused)
            {
                // The shipper tries the sessions one by one, and says which one is not taken.
                failures++;
            }
            catch (StoreException e)
            {
                await io.Error.WriteLineAsync($"error: The store does not answer: {e.Message.TrimEnd('.')}.").ConfigureAwait(false);
                return ExitCodes.Failed;
            }
        }
        await io.Output.WriteLineAsync($"{records} {(records == 1 ? "record" : "records")} copied.").ConfigureAwait(false);
        return failures > 0 ? ExitCodes.Failed : ExitCodes.Completed;
    }
}
