namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>Tests in real time: no other test takes the processor from them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SoundCollection
{
    public const string Name = "Sound";
}
