using System.Net.WebSockets;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Carrier;

namespace RealtimeAkka.Hosting.Serving;

/// <summary>Telephone calls of a simulated carrier to this server, with the sample's voice, for a demonstration.</summary>
/// <param name="server">The address of the server.</param>
/// <param name="authToken">Signs the requests; null: they are not signed.</param>
/// <param name="say">Gets one line about each call.</param>
internal sealed class SimulatedCalls(Uri server, string? authToken, Action<string> say)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Places so many calls, one each second, until <paramref name="stop"/>; completes when all are over. <paramref name="abandon"/> cuts
    /// them.
    /// </summary>
    public async Task PlaceAsync(int count, CancellationToken stop, CancellationToken abandon)
    {
        var voice = await VoiceAsync(abandon).ConfigureAwait(false);
        List<Task> calls = [];
        for (var number = 1; number <= count && !stop.IsCancellationRequested; number++)
        {
            calls.Add(CallAsync(number, voice, abandon));
            await Task.Delay(Between, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(calls).ConfigureAwait(false);
    }

    private async Task CallAsync(int number, ReadOnlyMemory<byte> voice, CancellationToken cancellation)
    {
        try
        {
            await using var call = await CarrierCall.DialAsync(
                new CarrierOptions { Server = server, AuthToken = authToken, From = $"+1555010{number % 10}" }, cancellation)
                .ConfigureAwait(false);
            say($"Simulated call {number} has begun.");
            await using var stopping = cancellation.Register(call.Cut);
            await call.SpeakAsync(voice.Span).ConfigureAwait(false);
            await call.UntilAsync(call => !call.Output.IsSounding).ConfigureAwait(false);
            await call.HangUpAsync().ConfigureAwait(false);
            say($"Simulated call {number} is over; {call.Output.HeardMs / 1000.0:0.0} s of the assistant's voice were heard.");
        }
        catch (Exception e) when (e is HttpRequestException or WebSocketException or OperationCanceledException)
        {
            say($"Simulated call {number} failed: {e.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> VoiceAsync(CancellationToken cancellation)
    {
        using var sample = WavSource.Open(CallHost.Sample, SoundFormat.MuLaw);
        var block = new byte[SoundFormat.MuLaw.Bytes(TimeSpan.FromSeconds(1))];
        List<byte> voice = [];
        while (await sample.ReadAsync(block, cancellation).ConfigureAwait(false) is > 0 and var read)
            voice.AddRange(block.AsSpan(0, read));
        return voice.ToArray();
    }
}
