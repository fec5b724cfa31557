# A formula for Homebrew. Never run by us. "sha256" is that of the release's zip, which whoever publishes fills in.
class Vmdisk < Formula
  desc "Reads and writes VMware virtual disks, snapshots and VM files"
  homepage "https://vmdisk.io"
  url "https://github.com/vmdisk/vmdisk/releases/download/v0.1.0/vmdisk-0.1.0.zip"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "openjdk"

  def install
    libexec.install "bin", "lib"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completion/vmdisk"
    (bin/"vmdisk").write_env_script libexec/"bin/vmdisk", VMDISK_JAVA_HOME: Formula["openjdk"].opt_prefix
  end

  def post_install
    system bin/"vmdisk", "--archive"
  end

  test do
    system bin/"vmdisk", "create", "a.vmdk", "1M", "-O", "thin"
    assert_match "no damage found", shell_output("#{bin}/vmdisk check a.vmdk")
  end
end
